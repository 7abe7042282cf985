package main

import (
	"fmt"
	"regexp"
	"strings"
)

// groovyBlock is a block of a Jenkinsfile: a name, something in parentheses perhaps, and braces.
type groovyBlock struct {
	name     string
	children []*groovyBlock
	text     strings.Builder // what stands in it outside of blocks
}

func (b *groovyBlock) child(name string) *groovyBlock {
	for _, c := range b.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// shellStep is a step that runs a command given as one text in single quotes.
var shellStep = regexp.MustCompile(`\bsh\b(?: |\(script: )'([^']*)'`)

// shell returns the commands of the sh steps in the block.
func (b *groovyBlock) shell() []string {
	var commands []string
	for _, match := range shellStep.FindAllStringSubmatch(b.text.String(), -1) {
		commands = append(commands, match[1])
	}
	for _, c := range b.children {
		commands = append(commands, c.shell()...)
	}
	return commands
}

// token is a comment, a text in quotes, a brace with the name in front of it, or anything else.
var token = regexp.MustCompile(`(?s)//[^\n]*|'[^'\n]*'|"[^"\n]*"|(\w+)[ \t]*(?:\([^()]*\))?[ \t]*\{|[{}]|.`)

// parseGroovyBlocks returns the blocks of a Jenkinsfile, those at the top being children of what it returns.
func parseGroovyBlocks(text string) (*groovyBlock, error) {
	stack := []*groovyBlock{{}}
	for _, match := range token.FindAllStringSubmatchIndex(text, -1) {
		part, top := text[match[0]:match[1]], stack[len(stack)-1]
		line := 1 + strings.Count(text[:match[0]], "\n")
		switch {
		case strings.HasPrefix(part, "//"):
		case part == "'" || part == `"`:
			return nil, fmt.Errorf("line %d: a text is not closed", line)
		case strings.HasSuffix(part, "{") && part[0] != '\'' && part[0] != '"':
			block := &groovyBlock{}
			if match[2] >= 0 {
				block.name = text[match[2]:match[3]]
			}
			top.children, stack = append(top.children, block), append(stack, block)
		case part == "}":
			if len(stack) == 1 {
				return nil, fmt.Errorf("line %d: a brace too many", line)
			}
			stack = stack[:len(stack)-1]
		default:
			top.text.WriteString(part)
		}
	}
	if len(stack) != 1 {
		return nil, fmt.Errorf("the block %q is not closed", stack[len(stack)-1].name)
	}
	return stack[0], nil
}
