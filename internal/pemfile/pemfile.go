// Package pemfile reads PEM files. Unlike encoding/pem, it returns an error for a block that it cannot read.
package pemfile

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"

	"terraform-provider-msgraph/internal/textfile"
)

var begin = []byte("-----BEGIN ")

// marks are the lines that begin and end blocks, also as word processors and hands damage them: with
// dashes of another length, kind or number, or in small letters.
var marks = []*regexp.Regexp{damaged("BEGIN"), damaged("END")}

func damaged(mark string) *regexp.Regexp {
	const dash = `[-\x{2010}-\x{2015}\x{2212}]`
	return regexp.MustCompile(`(?im)^[\s\p{Z}]*` + dash + `[\s\p{Z}\x{2010}-\x{2015}\x{2212}-]*` + mark +
		`[\s\p{Z}][A-Z0-9\t\p{Z}]*(?:CERTIFICATE|KEY)`)
}

// Is reports whether data looks like PEM.
func Is(data []byte) bool { return bytes.Contains(data, begin) }

// Blocks returns the blocks in data, in order. Text before, between and after blocks is ignored, but each
// line that begins or ends a block must belong to a valid block, so that none is silently skipped.
func Blocks(data []byte) ([]*pem.Block, error) {
	data, err := textfile.Clean(data)
	if err != nil {
		return nil, fmt.Errorf("it %w", err)
	}
	data = bytes.ReplaceAll(data, []byte(textfile.BOM), nil) // also between files that were put together
	if Is(data) && bytes.Contains(data, []byte(`\n`)) {
		return nil, errors.New(`it is PEM with the two characters \n instead of line breaks, as JSON and some secret stores write it; ` +
			`put line breaks there (printf '%b', or replace(..., "\\n", "\n") in Terraform)`)
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, errors.New("it contains bytes that are not text: if it was concatenated from several files, one of them may be UTF-16; save that one as UTF-8")
	}
	want := bytes.Count(data, begin)
	for _, mark := range marks {
		want = max(want, len(mark.FindAllIndex(data, -1)))
	}
	var blocks []*pem.Block
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		blocks = append(blocks, block)
	}
	if len(blocks) != want {
		number := fmt.Sprintf("%d PEM blocks, of which %d", want, want-len(blocks))
		if want == 1 {
			number = "one PEM block, which"
		}
		return nil, fmt.Errorf("it has %s cannot be read: each block must begin with a BEGIN line and end with an END line, with base64 between them", number)
	}
	return blocks, nil
}

// Certificates returns the certificates of a PEM bundle. A block that is not a valid certificate is an
// error: if it were skipped, TLS would fail later, for no apparent reason.
func Certificates(data []byte) ([]*x509.Certificate, error) {
	blocks, err := Blocks(data)
	if err != nil {
		return nil, err
	}
	if len(blocks) == 0 {
		return nil, errors.New("it contains no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
	}
	certificates := make([]*x509.Certificate, 0, len(blocks))
	for i, block := range blocks {
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("block %d of %d is a %s, not a CERTIFICATE", i+1, len(blocks), block.Type)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("block %d of %d cannot be read as a certificate; export it again", i+1, len(blocks))
		}
		certificates = append(certificates, certificate)
	}
	return certificates, nil
}
