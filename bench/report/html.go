package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"regexp"
	"strings"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// html is the page: it refers to nothing outside.
func (r *report) html(figures []figureOf) ([]byte, error) {
	type shown struct {
		Title, About string
		Head         []string
		Rows         [][]shownCell
		Open         bool
	}
	var tables []shown
	for i, t := range r.tables() {
		s := shown{Title: t.title, About: t.about, Head: t.head, Open: i == 0}
		for _, row := range t.rows {
			var cells []shownCell
			for k, text := range row {
				cells = append(cells, shownCell{text, k < t.texts})
			}
			s.Rows = append(s.Rows, cells)
		}
		tables = append(tables, s)
	}
	var b bytes.Buffer
	err := page.Execute(&b, map[string]any{"Intro": r.intro(), "Figures": figures, "Claims": tables[:1],
		"Tables": tables[1:]})
	return b.Bytes(), err
}

type shownCell struct {
	Text string
	Name bool // it stands at the left
}

var (
	prolog = regexp.MustCompile(`(?s)^.*?<svg `)
	extent = regexp.MustCompile(`width="[^"]*" height="[^"]*"`)
	family = regexp.MustCompile(`font-family:[^;"]*`)
)

// alone is the drawing as a file, on white, as pages with a dark background show it too.
func (f figureOf) alone() []byte {
	onWhite := strings.Replace(string(f.SVG), "<svg ", `<svg style="background:#fff" `, 1)
	return []byte(`<?xml version="1.0"?>` + "\n" + onWhite)
}

// inline makes SVG a part of a page: without its prolog, as wide as there is place, in the page's font and colours.
func inline(svg, title string) template.HTML {
	svg = prolog.ReplaceAllString(svg, "<svg ")
	svg = extent.ReplaceAllString(svg, "")
	svg = family.ReplaceAllStringFunc(svg, func(font string) string {
		if strings.Contains(font, "Mono") {
			return "font-family:monospace"
		}
		return "font-family:sans-serif"
	})
	labelled := fmt.Sprintf(`<svg role="img" aria-label="%s" `, template.HTMLEscapeString(title))
	return template.HTML(strings.Replace(svg, "<svg ", labelled, 1))
}
