# The ID, or a path or URL that contains it. The apply sends the keepAlive that is due.
import {
  to = msgraph_call_keepalive.lab
  id = "57dab8b1-894c-409a-b240-bd8beae78896"
}
