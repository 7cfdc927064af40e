package bench

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

const (
	written   = "scripts/workloads/inputs/" // scripts for the programs
	generated = Folder + "inputs/"          // what they read, the same on every machine
)

// MakeInputs writes what the workloads read, the same bytes on every machine.
func MakeInputs() error {
	if err := os.MkdirAll(generated, 0o777); err != nil {
		return err
	}
	for _, input := range []struct {
		name string
		make func(*rand.Rand) []byte
	}{
		{"access.log", accessLog},
		{"orders.json", orders},
		{"feed.xml", feed},
		{"prose.txt", prose},
		{"prose.txt.gz", zipped},
		{"numbers.txt", numbers},
	} {
		if err := os.WriteFile(generated+input.name, input.make(rand.New(rand.NewPCG(2, 26))), 0o666); err != nil {
			return err
		}
	}
	return nil
}

var words = strings.Fields(
	`a about after all also an and any are as at be been before between both but by can could day do
down each even first for from get great had has have he her him his how if in into is it its just know last like long
made make man many may me might more most much must my never new no not now of on one only or other our out over own
people said same see she should since so some state still such take than that the their them then there these they this
those three through time to too two under up very was water way we well were what when where which while who will with
work world would year you your harbour ledger lantern granite compass orchard thimble voyage merchant copper winter`)

func word(r *rand.Rand) string { return words[r.IntN(len(words))] }

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

// prose is text that compresses about as text does.
func prose(r *rand.Rand) []byte {
	var text bytes.Buffer
	for range 1500 {
		sentence := make([]string, 6+r.IntN(20))
		for i := range sentence {
			sentence[i] = word(r)
		}
		sentence[0] = strings.ToUpper(sentence[0][:1]) + sentence[0][1:]
		text.WriteString(strings.Join(sentence, " ") + pick(r, ".", ".", ".", "?", "!", ";") + pick(r, " ", " ", "\n"))
	}
	return text.Bytes()
}

func zipped(r *rand.Rand) []byte {
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	w.Write(prose(r)) // a buffer takes all
	w.Close()
	return file.Bytes()
}

// accessLog is a web server's log in the combined format, with a few broken lines.
func accessLog(r *rand.Rand) []byte {
	var log bytes.Buffer
	when := time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC)
	for range 1200 {
		when = when.Add(time.Duration(r.IntN(600)) * time.Second)
		path := pick(r, "/", "/index.html", "/style.css", "/logo.png", "/about", "/"+word(r), "/item/"+word(r)+".html",
			"/search?q="+word(r)+"+"+word(r))
		if r.IntN(100) == 0 {
			log.WriteString("-- rotated --\n")
			continue
		}
		fmt.Fprintf(&log, "10.0.%d.%d - - [%s] \"%s %s HTTP/1.1\" %s %d \"%s/%d.0\"\n", r.IntN(4), r.IntN(60),
			when.Format("02/Jan/2006:15:04:05 +0000"), pick(r, "GET", "GET", "GET", "POST", "HEAD"), path,
			pick(r, "200", "200", "200", "304", "404", "500"), r.IntN(90000), pick(r, "Mozilla", "curl", "Crawler"),
			1+r.IntN(9))
	}
	return log.Bytes()
}

type order struct {
	ID       int      `json:"id"`
	Day      string   `json:"day"`
	Customer customer `json:"customer"`
	Lines    []line   `json:"lines"`
	Tags     []string `json:"tags"`
}

type customer struct {
	Name string `json:"name"`
	Town string `json:"town"`
}

type line struct {
	Product  string  `json:"product"`
	Price    float64 `json:"price"`
	Quantity int     `json:"quantity"`
}

// orders is a JSON array of a shop's orders.
func orders(r *rand.Rand) []byte {
	list := make([]order, 250)
	for i := range list {
		o := order{ID: 1000 + i, Day: fmt.Sprintf("2024-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)),
			Tags: []string{}, Customer: customer{strings.ToUpper(word(r)) + " & \"" + word(r) + "\"",
				pick(r, "Lyon", "Oslo", "Kiel", "Łódź")}}
		for range 1 + r.IntN(5) {
			o.Lines = append(o.Lines, line{word(r), float64(r.IntN(10000)) / 100, 1 + r.IntN(4)})
		}
		for range r.IntN(3) {
			o.Tags = append(o.Tags, pick(r, "gift", "express", "return"))
		}
		list[i] = o
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // of numbers and strings it is impossible
	}
	return text
}

// feed is XML with a document type, entities, namespaces, comments, CDATA and a processing instruction.
func feed(r *rand.Rand) []byte {
	var text bytes.Buffer
	text.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE feed [ <!ENTITY house "Harbour &amp; Sons"> <!ATTLIST entry lang CDATA "en"> ]>
<?style none?>
<feed xmlns="http://example.org/feed" xmlns:m="http://example.org/meta">
`)
	for i := range 900 {
		fmt.Fprintf(&text,
			"  <entry id=\"e%d\" m:rank='%d'><title>%s &#x2014; %s</title><by>&house;</by><m:tag name=\"%s\"/>",
			i, r.IntN(100), word(r), word(r), word(r))
		switch r.IntN(4) {
		case 0:
			fmt.Fprintf(&text, "<!-- %s --><![CDATA[%s <%s> & co]]>", word(r), word(r), word(r))
		case 1:
			fmt.Fprintf(&text, "<p>%s <b>%s</b> über %s</p>", word(r), word(r), word(r))
		}
		text.WriteString("</entry>\n")
	}
	text.WriteString("</feed>\n")
	return text.Bytes()
}

func numbers(r *rand.Rand) []byte {
	var text bytes.Buffer
	for range 200 {
		fmt.Fprintln(&text, r.IntN(1_000_000))
	}
	return text.Bytes()
}
