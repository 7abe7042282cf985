package provider

// What is to be expected of each operation with each fault; templates/guides/fault-matrix.md says
// how to read a cell.

// matrixTransient is for faults that hit one request.
const matrixTransient = `
| fault | create | read | update | delete | import | data source | open | renew | close | action | time |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| none | + ok 1 | = ok 1 | + ok 1 | - ok 1 | + ok 1 | + ok 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
| 400, 409 or 410 | = refused 1 | = refused 1 | = refused 1 | = refused 1 | = refused 1 | = refused 1 | = refused 1 | = ok 1 | - ok 2 | = refused 1 | 0 s |
| 401 Unauthorized | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 0 s |
| 403 Forbidden | = denied 1 | = denied 1 | = denied 1 | = denied 1 | = denied 1 | = denied 1 | = denied 1 | = ok 1 | - ok 2 | = denied 1 | 0 s |
| 404 Not Found | = not found 1 | - ended (w) 1 | = ended 1 | - ok 1 | = not found 1 | - ok 1 | = not found 1 | = ok 2 | - ok 3 | = contradictory 2 | 0 s |
| 404, a web page | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = ok 1 | - ok 2 | = not Graph 1 | 0 s |
| 429, Retry-After: 1 | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 1 s |
| 429, Retry-After: 1.5 | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 1.5 s |
| 429, Retry-After: a date in 20 s | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | = ok 1 | - ok 2 | + ok 2 | 20 s |
| 429, Retry-After: none, soon, -5 or a past date | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 0.1 s |
| 429, Retry-After: 1e300 | = throttled 1 | = throttled 1 | = throttled 1 | = throttled 1 | = throttled 1 | = throttled 1 | = throttled 1 | = ok 1 | - ok 2 | = throttled 1 | 0 s |
| 408, 500, 502, 503 or 504 | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 0.1 s |
| redirect to another host | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = ok 1 | - ok 2 | = not Graph 1 | 0 s |
| connection refused | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 0.1 s |
| reset before or in the headers | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 0.1 s |
| reset in the body | + ok 1 | = ok 2 | + ok 1 | - ok 1 | + ok 2 | + ok 2 | + ok 1 | + ok 1 | - ok 3 | + ok 1 | 0.1 s |
| response lost once Graph has acted | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 0.1 s |
| TLS: unknown authority | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | = ok 1 | - ok 2 | = untrusted 1 | 0 s |
| DNS: no such host | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 0.1 s |
| 200, 5 MiB of text | + ok 1 | = not Graph 1 | + ok 1 | - ok 1 | = not Graph 1 | = not Graph 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
| 500, 1 MiB of text | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 0.1 s |
| 200, garbage | + ok 1 | = not Graph 1 | + ok 1 | - ok 1 | = not Graph 1 | = not Graph 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
| 404, garbage | = not found 1 | - ended (w) 1 | = ended 1 | - ok 1 | = not found 1 | - ok 1 | = not found 1 | = ok 2 | - ok 3 | = contradictory 2 | 0 s |
| 200, a web page | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = ok 1 | - ok 2 | = not Graph 1 | 0 s |
| 200, another content type | + ok 1 | = not Graph 1 | + ok 1 | - ok 1 | = not Graph 1 | = not Graph 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
| 503, default settings | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 1 s |
| 429, Retry-After: 30, default settings | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | = ok 1 | - ok 2 | + ok 2 | 30 s |
| connection refused, default settings | + ok 2 | = ok 2 | + ok 2 | - ok 2 | + ok 2 | + ok 2 | + ok 2 | + ok 2 | - ok 3 | + ok 2 | 1 s |
| token near its end, token endpoint: 503 | + ok 1/1 | = ok 1/1 | + ok 1/1 | - ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | - ok 2/1 | + ok 1/1 | 0 s |
| token past its end, token endpoint: 503 | + ok 1/2 | = ok 1/2 | + ok 1/2 | - ok 1/2 | + ok 1/2 | + ok 1/2 | + ok 1/2 | + ok 1/2 | - ok 2/2 | + ok 1/2 | 0.1 s |
| token endpoint: 503, default settings | + ok 2/2 | = ok 2/2 | + ok 2/2 | - ok 2/2 | + ok 2/2 | + ok 2/2 | + ok 2/2 | + ok 2/2 | - ok 3/2 | + ok 2/2 | 1 s |
| token endpoint: 503 | + ok 2/2 | = ok 2/2 | + ok 2/2 | - ok 2/2 | + ok 2/2 | + ok 2/2 | + ok 2/2 | + ok 2/2 | - ok 3/2 | + ok 2/2 | 0.1 s |
| token endpoint: 401 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = ok 1/1 | - not hung up (w) 1/1 | = no token 1/1 | 0 s |
| token endpoint: redirect | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = ok 1/1 | - not hung up (w) 1/1 | = no token 1/1 | 0 s |
| token endpoint: 200 ms late | + ok 2/1 | = ok 2/1 | + ok 2/1 | - ok 2/1 | + ok 2/1 | + ok 2/1 | + ok 2/1 | + ok 2/1 | - ok 3/1 | + ok 2/1 | 0 s |
| token endpoint: refused | + ok 2/2 | = ok 2/2 | + ok 2/2 | - ok 2/2 | + ok 2/2 | + ok 2/2 | + ok 2/2 | + ok 2/2 | - ok 3/2 | + ok 2/2 | 0.1 s |
`

// matrixLasting is for faults that hit every request.
const matrixLasting = `
| fault | create | read | update | delete | import | data source | open | renew | close | action | time |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| none | + ok 1 | = ok 1 | + ok 1 | - ok 1 | + ok 1 | + ok 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
| 400, 409 or 410 | = refused 1 | = refused 1 | = refused 1 | = refused 1 | = refused 1 | = refused 1 | = refused 1 | = ok 1 | - not hung up (w) 2 | = refused 1 | 0 s |
| 401 Unauthorized | = token refused 2 | = token refused 2 | = token refused 2 | = token refused 2 | = token refused 2 | = token refused 2 | = token refused 2 | = ok 2 | - not hung up (w) 3 | = token refused 2 | 0 s |
| 403 Forbidden | = denied 1 | = denied 1 | = denied 1 | = denied 1 | = denied 1 | = denied 1 | = denied 1 | = ok 1 | - not hung up (w) 2 | = denied 1 | 0 s |
| 404 Not Found | = not found 1 | - ended (w) 1 | = ended 1 | - ok 1 | = not found 1 | - ok 1 | = not found 1 | - ok 2 | - ended 2 | = not found 2 | 0 s |
| 404, a web page | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = ok 1 | - not hung up (w) 2 | = not Graph 1 | 0 s |
| 429, Retry-After: 1 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = ok 4 | - not hung up (w) 6 | = throttled 4 | 3 s |
| 429, Retry-After: 1.5 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = ok 4 | - not hung up (w) 5 | = throttled 4 | 4.5 s |
| 429, Retry-After: a date in 20 s | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = ok 1 | - not hung up (w) 2 | = throttled 4 | 20.3 s |
| 429, Retry-After: none, soon, -5 or a past date | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = ok 4 | - not hung up (w) 8 | = throttled 4 | 0.3 s |
| 429, Retry-After: 1e300 | = throttled 1 | = throttled 1 | = throttled 1 | = throttled 1 | = throttled 1 | = throttled 1 | = throttled 1 | = ok 1 | - not hung up (w) 2 | = throttled 1 | 0 s |
| 408, 500, 502, 503 or 504 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = ok 4 | - not hung up (w) 8 | = unavailable 4 | 0.3 s |
| redirect to another host | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = ok 1 | - not hung up (w) 2 | = not Graph 1 | 0 s |
| connection refused | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | = ok 4 | - not hung up (w) 8 | = no connection 4 | 0.3 s |
| reset before or in the headers | = unreached 4 | = unreached 4 | = unreached 4 | = unreached 4 | = unreached 4 | = unreached 4 | = unreached 4 | = ok 4 | - not hung up (w) 8 | = unreached 4 | 0.3 s |
| reset in the body | + ok 1 | = unreached 4 | + ok 1 | - ok 1 | = unreached 4 | = unreached 4 | + ok 1 | + ok 1 | - ok 5 | + ok 1 | 0.3 s |
| response lost once Graph has acted | = unreached 4 | = unreached 4 | = unreached 4 | = unreached 4 | = unreached 4 | = unreached 4 | = unreached 4 | = ok 4 | - not hung up (w) 8 | = unreached 4 | 0.3 s |
| TLS: unknown authority | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | = ok 1 | - not hung up (w) 2 | = untrusted 1 | 0 s |
| DNS: no such host | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | = ok 4 | - not hung up (w) 8 | = no connection 4 | 0.3 s |
| stall | = unreached 1 | = unreached 1 | = unreached 1 | = unreached 1 | = unreached 1 | = unreached 1 | = unreached 1 | = ok 1 | - not hung up (w) 2 | = unreached 1 | 120 s |
| trickle | + ok 1 | = unreached 1 | + ok 1 | - ok 1 | = unreached 1 | = unreached 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 120 s |
| 500, 1 MiB of text | = unavailable 4 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = unavailable 4 | = ok 4 | - not hung up (w) 8 | = unavailable 4 | 0.3 s |
| 200, garbage | + ok 1 | = not Graph 1 | + ok 1 | - ok 1 | = not Graph 1 | = not Graph 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
| 404, garbage | = not found 1 | - ended (w) 1 | = ended 1 | - ok 1 | = not found 1 | - ok 1 | = not found 1 | = ok 2 | - ok 3 | = not Graph 2 | 0 s |
| 200, a web page | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | = ok 1 | - not hung up (w) 2 | = not Graph 1 | 0 s |
| 200, another content type | + ok 1 | = not Graph 1 | + ok 1 | - ok 1 | = not Graph 1 | = not Graph 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
| 503, default settings | = unavailable 8–12 | = unavailable 8–12 | = unavailable 8–12 | = unavailable 8–12 | = unavailable 8–12 | = unavailable 8–12 | = unavailable 8–12 | = ok 3–4 | - not hung up (w) 5–7 | = unavailable 8–12 | 120 s |
| 429, Retry-After: 30, default settings | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = throttled 4 | = ok 1 | - not hung up (w) 2 | = throttled 4 | 90 s |
| connection refused, default settings | = no connection 8–12 | = no connection 8–12 | = no connection 8–12 | = no connection 8–12 | = no connection 8–12 | = no connection 8–12 | = no connection 8–12 | = ok 3–4 | - not hung up (w) 5–7 | = no connection 8–12 | 120 s |
| token revoked in mid-run | + ok 2/1 | = ok 2/1 | + ok 2/1 | - ok 2/1 | + ok 2/1 | + ok 2/1 | + ok 2/1 | + ok 2/1 | - ok 3/1 | + ok 2/1 | 0 s |
| token near its end | + ok 1/1 | = ok 1/1 | + ok 1/1 | - ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | - ok 2/1 | + ok 1/1 | 0 s |
| token past its end | + ok 1/1 | = ok 1/1 | + ok 1/1 | - ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | - ok 2/1 | + ok 1/1 | 0 s |
| token near its end, token endpoint: 503 | + ok 1/1 | = ok 1/1 | + ok 1/1 | - ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | - ok 2/1 | + ok 1/1 | 0 s |
| token past its end, token endpoint: 503 | = no token 0/4 | = no token 0/4 | = no token 0/4 | = no token 0/4 | = no token 0/4 | = no token 0/4 | = no token 0/4 | = ok 0/4 | - not hung up (w) 0/7 | = no token 0/4 | 0.3 s |
| token endpoint: 503, default settings | = no token 1/8–12 | = no token 1/8–12 | = no token 1/8–12 | = no token 1/8–12 | = no token 1/8–12 | = no token 1/8–12 | = no token 1/8–12 | = ok 1/3–4 | - not hung up (w) 1/4–6 | = no token 1/8–12 | 120 s |
| token endpoint: 503 | = no token 1/4 | = no token 1/4 | = no token 1/4 | = no token 1/4 | = no token 1/4 | = no token 1/4 | = no token 1/4 | = ok 1/4 | - not hung up (w) 1/7 | = no token 1/4 | 0.3 s |
| token endpoint: 401 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = ok 1/1 | - not hung up (w) 1/1 | = no token 1/1 | 0 s |
| token endpoint: redirect | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = ok 1/1 | - not hung up (w) 1/1 | = no token 1/1 | 0 s |
| token endpoint: 200 ms late | + ok 2/1 | = ok 2/1 | + ok 2/1 | - ok 2/1 | + ok 2/1 | + ok 2/1 | + ok 2/1 | + ok 2/1 | - ok 3/1 | + ok 2/1 | 0 s |
| token endpoint: refused | = no connection 1/4 | = no connection 1/4 | = no connection 1/4 | = no connection 1/4 | = no connection 1/4 | = no connection 1/4 | = no connection 1/4 | = ok 1/4 | - not hung up (w) 1/7 | = no connection 1/4 | 0.3 s |
| token endpoint: stall | = no connection 1/1 | = no connection 1/1 | = no connection 1/1 | = no connection 1/1 | = no connection 1/1 | = no connection 1/1 | = no connection 1/1 | = ok 1/1 | - not hung up (w) 1/2 | = no connection 1/1 | 120 s |
| token due for renewal, token endpoint: stall | + ok 1/1 | = ok 1/1 | + ok 1/1 | - ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | + ok 1/1 | - ok 2/1 | + ok 1/1 | 1 s |
| clock 20 minutes ahead | + ok 1 | = ok 1 | + ok 1 | - ok 1 | + ok 1 | + ok 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
| clock 20 minutes behind | + ok 1 | = ok 1 | + ok 1 | - ok 1 | + ok 1 | + ok 1 | + ok 1 | + ok 1 | - ok 2 | + ok 1 | 0 s |
`

// matrixPlacedTransient is matrixTransient for calls that Terraform places.
const matrixPlacedTransient = `
| fault | call: create | call: read | call: update | call: delete | time |
| --- | --- | --- | --- | --- | --- |
| none | + ok 2 | = ok 1 | + ok 1 | - ok 2 | 0 s |
| 400, 409 or 410 | = not placed 1 | = refused 1 | = refused 1 | = refused 1 | 0 s |
| 401 Unauthorized | + ok 3 | = ok 2 | + ok 2 | - ok 3 | 0 s |
| 403 Forbidden | = not placed 1 | = denied 1 | = denied 1 | = denied 1 | 0 s |
| 404 Not Found | = not placed 1 | = ok 2 | + ok 2 | - ok 3 | 0 s |
| 404, a web page | = may be placed 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | 0 s |
| 429, Retry-After: 1 | + ok 3 | = ok 2 | + ok 2 | - ok 3 | 1 s |
| 429, Retry-After: 1.5 | + ok 3 | = ok 2 | + ok 2 | - ok 3 | 1.5 s |
| 429, Retry-After: a date in 20 s | + ok 3 | = ok 2 | + ok 2 | - ok 3 | 20 s |
| 429, Retry-After: none, soon, -5 or a past date | + ok 3 | = ok 2 | + ok 2 | - ok 3 | 0.1 s |
| 429, Retry-After: 1e300 | = not placed 1 | = throttled 1 | = throttled 1 | = throttled 1 | 0 s |
| 408, 500, 502, 503 or 504 | = may be placed 1 | = ok 2 | + ok 2 | - ok 3 | 0.1 s |
| redirect to another host | = may be placed 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | 0 s |
| connection refused | + ok 3 | = ok 2 | + ok 2 | - ok 3 | 0.1 s |
| reset before or in the headers | = may be placed 1 | = ok 2 | + ok 2 | - ok 3 | 0.1 s |
| reset in the body | = may be placed 1 | = ok 2 | + ok 1 | = not hung up 31 | 0.1 s |
| response lost once Graph has acted | = may be placed 1 | = ok 2 | + ok 2 | - ok 3 | 0.1 s |
| TLS: unknown authority | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | 0 s |
| DNS: no such host | + ok 3 | = ok 2 | + ok 2 | - ok 3 | 0.1 s |
| 200, 5 MiB of text | = may be placed 1 | = not Graph 1 | + ok 1 | = not hung up 31 | 0 s |
| 500, 1 MiB of text | = may be placed 1 | = ok 2 | + ok 2 | - ok 3 | 0.1 s |
| 200, garbage | = may be placed 1 | = not Graph 1 | + ok 1 | = not hung up 31 | 0 s |
| 404, garbage | = may be placed 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | 0 s |
| 200, a web page | = may be placed 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | 0 s |
| 200, another content type | = may be placed 1 | = not Graph 1 | + ok 1 | = not hung up 31 | 0 s |
| 503, default settings | = may be placed 1 | = ok 2 | + ok 2 | - ok 3 | 1 s |
| 429, Retry-After: 30, default settings | = not placed 1 | = ok 2 | + ok 2 | - ok 3 | 30 s |
| connection refused, default settings | + ok 3 | = ok 2 | + ok 2 | - ok 3 | 1 s |
| token near its end, token endpoint: 503 | + ok 2/1 | = ok 1/1 | + ok 1/1 | - ok 2/1 | 0 s |
| token past its end, token endpoint: 503 | + ok 2/2 | = ok 1/2 | + ok 1/2 | - ok 2/2 | 0.1 s |
| token endpoint: 503, default settings | + ok 3/2 | = ok 2/2 | + ok 2/2 | - ok 3/2 | 1 s |
| token endpoint: 503 | + ok 3/2 | = ok 2/2 | + ok 2/2 | - ok 3/2 | 0.1 s |
| token endpoint: 401 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | 0 s |
| token endpoint: redirect | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | 0 s |
| token endpoint: 200 ms late | + ok 3/1 | = ok 2/1 | + ok 2/1 | - ok 3/1 | 0 s |
| token endpoint: refused | + ok 3/2 | = ok 2/2 | + ok 2/2 | - ok 3/2 | 0.1 s |
`

// matrixPlacedLasting is matrixLasting for calls that Terraform places.
const matrixPlacedLasting = `
| fault | call: create | call: read | call: update | call: delete | time |
| --- | --- | --- | --- | --- | --- |
| none | + ok 2 | = ok 1 | + ok 1 | - ok 2 | 0 s |
| 400, 409 or 410 | = not placed 1 | = refused 1 | = refused 1 | = refused 1 | 0 s |
| 401 Unauthorized | = not placed 2 | = token refused 2 | = token refused 2 | = token refused 2 | 0 s |
| 403 Forbidden | = not placed 1 | = denied 1 | = denied 1 | = denied 1 | 0 s |
| 404 Not Found | = not placed 1 | - ended (w) 2 | = ended 2 | - ok 2 | 0 s |
| 404, a web page | = may be placed 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | 0 s |
| 429, Retry-After: 1 | = not placed 4 | = throttled 4 | = throttled 4 | = throttled 4 | 3 s |
| 429, Retry-After: 1.5 | = not placed 4 | = throttled 4 | = throttled 4 | = throttled 4 | 4.5 s |
| 429, Retry-After: a date in 20 s | = not placed 4 | = throttled 4 | = throttled 4 | = throttled 4 | 20.3 s |
| 429, Retry-After: none, soon, -5 or a past date | = not placed 4 | = throttled 4 | = throttled 4 | = throttled 4 | 0.3 s |
| 429, Retry-After: 1e300 | = not placed 1 | = throttled 1 | = throttled 1 | = throttled 1 | 0 s |
| 408, 500, 502, 503 or 504 | = may be placed 1 | = unavailable 4 | = unavailable 4 | = unavailable 4 | 0.3 s |
| redirect to another host | = may be placed 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | 0 s |
| connection refused | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | 0.3 s |
| reset before or in the headers | = may be placed 1 | = unreached 4 | = unreached 4 | = unreached 4 | 0.3 s |
| reset in the body | = may be placed 1 | = unreached 4 | + ok 1 | - still ending (w) 97 | 0.3 s |
| response lost once Graph has acted | = may be placed 1 | = unreached 4 | = unreached 4 | = unreached 4 | 0.3 s |
| TLS: unknown authority | = untrusted 1 | = untrusted 1 | = untrusted 1 | = untrusted 1 | 0 s |
| DNS: no such host | = no connection 4 | = no connection 4 | = no connection 4 | = no connection 4 | 0.3 s |
| stall | = may be placed 1 | = unreached 1 | = unreached 1 | = unreached 1 | 120 s |
| trickle | = may be placed 1 | = unreached 1 | + ok 1 | - still ending (w) 2 | 120 s |
| 500, 1 MiB of text | = may be placed 1 | = unavailable 4 | = unavailable 4 | = unavailable 4 | 0.3 s |
| 200, garbage | = may be placed 1 | = not Graph 1 | + ok 1 | - still ending (w) 31 | 0 s |
| 404, garbage | = may be placed 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | 0 s |
| 200, a web page | = may be placed 1 | = not Graph 1 | = not Graph 1 | = not Graph 1 | 0 s |
| 200, another content type | = may be placed 1 | = not Graph 1 | + ok 1 | - still ending (w) 31 | 0 s |
| 503, default settings | = may be placed 1 | = unavailable 8–12 | = unavailable 8–12 | = unavailable 8–12 | 120 s |
| 429, Retry-After: 30, default settings | = not placed 1 | = throttled 4 | = throttled 4 | = throttled 4 | 90 s |
| connection refused, default settings | = no connection 5–6 | = no connection 8–12 | = no connection 8–12 | = no connection 8–12 | 120 s |
| token revoked in mid-run | + ok 3/1 | = ok 2/1 | + ok 2/1 | - ok 3/1 | 0 s |
| token near its end | + ok 2/1 | = ok 1/1 | + ok 1/1 | - ok 2/1 | 0 s |
| token past its end | + ok 2/1 | = ok 1/1 | + ok 1/1 | - ok 2/1 | 0 s |
| token near its end, token endpoint: 503 | + ok 2/1 | = ok 1/1 | + ok 1/1 | - ok 2/1 | 0 s |
| token past its end, token endpoint: 503 | = no token 0/4 | = no token 0/4 | = no token 0/4 | = no token 0/4 | 0.3 s |
| token endpoint: 503, default settings | = no token 1/5–6 | = no token 1/8–12 | = no token 1/8–12 | = no token 1/8–12 | 120 s |
| token endpoint: 503 | = no token 1/4 | = no token 1/4 | = no token 1/4 | = no token 1/4 | 0.3 s |
| token endpoint: 401 | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | 0 s |
| token endpoint: redirect | = no token 1/1 | = no token 1/1 | = no token 1/1 | = no token 1/1 | 0 s |
| token endpoint: 200 ms late | + ok 3/1 | = ok 2/1 | + ok 2/1 | - ok 3/1 | 0 s |
| token endpoint: refused | = no connection 1/4 | = no connection 1/4 | = no connection 1/4 | = no connection 1/4 | 0.3 s |
| token endpoint: stall | = no connection 1/1 | = no connection 1/1 | = no connection 1/1 | = no connection 1/1 | 120 s |
| token due for renewal, token endpoint: stall | + ok 2/1 | = ok 1/1 | + ok 1/1 | - ok 2/1 | 1 s |
| clock 20 minutes ahead | + ok 2 | = ok 1 | + ok 1 | - ok 2 | 0 s |
| clock 20 minutes behind | + ok 2 | = ok 1 | + ok 1 | - ok 2 | 0 s |
`
