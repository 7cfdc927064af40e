package main

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/orcast/orcast/bench"
)

// bar is one way to run a program in the picture of a README.
type bar struct {
	name  string
	value float64 // wall time as a multiple of the native program's
	ours  bool
}

// headline is the picture of a README: how long each way takes from bitcode to the end of the program, as a multiple of
// the native program's time, in the median over the programs on which the way works.
func (r *report) headline() (figureOf, error) {
	native, ok := r.native(2)
	bars := r.bars(native)
	if !ok || len(bars) == 0 {
		return figureOf{}, nil
	}
	f := figureOf{Name: "headline", Title: "From bitcode to the end of the program, native = 1"}
	svg, err := drawBars(bars, f.Title)
	f.SVG = svg
	return f, err
}

// bars are the ways that a user has, the fastest one first.
func (r *report) bars(native bench.Way) []bar {
	var list []bar
	for _, w := range r.shown() {
		if w == native || w.State == bench.WithProfile || w.Kind == bench.KindNative {
			continue
		}
		if value := r.medianRatio(r.typical(), w, native, wall); value > 0 {
			list = append(list, bar{w.Name, value, w.Kind == bench.KindOrcast})
		}
	}
	slices.SortStableFunc(list, func(a, b bar) int {
		if a.value < b.value {
			return -1
		}
		return 1
	})
	return list
}

// drawBars draws horizontal bars on a logarithmic axis, with their values behind them.
func drawBars(bars []bar, title string) (template.HTML, error) {
	p := plot.New()
	p.Title.Text, p.Title.TextStyle.Font.Size = title, 14
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, numbers([]float64{1, 2, 5, 10, 20, 50, 100, 200})
	p.X.Tick.Label.Font.Size, p.Y.Tick.Label.Font.Size = 12, 12
	p.Y.Tick.Label.Font.Variant = "Mono" // of fonts for a page it alone is as wide everywhere as it was measured
	p.X.Padding, p.Y.Padding = 0, 4
	names := make(places, len(bars))
	labels := plotter.XYLabels{}
	most := 1.0
	for i, b := range bars {
		at := float64(len(bars) - 1 - i)
		names[len(bars)-1-i] = b.name
		shape, err := plotter.NewPolygon(plotter.XYs{{X: 1, Y: at - 0.35}, {X: max(b.value, 1.01), Y: at - 0.35},
			{X: max(b.value, 1.01), Y: at + 0.35}, {X: 1, Y: at + 0.35}})
		if err != nil {
			return "", err
		}
		shape.LineStyle.Width, shape.Color = 0, color.Gray{170}
		if b.ours {
			shape.Color = colours[0]
		}
		p.Add(shape)
		labels.XYs = append(labels.XYs, plotter.XY{X: max(b.value, 1.01), Y: at})
		labels.Labels = append(labels.Labels, fmt.Sprintf(" %s", number(b.value)))
		most = max(most, b.value)
	}
	values, err := plotter.NewLabels(labels)
	if err != nil {
		return "", err
	}
	for i := range values.TextStyle {
		values.TextStyle[i].Font.Size, values.TextStyle[i].YAlign = 12, text.YCenter
	}
	p.Add(values)
	p.Y.Tick.Marker = names
	p.Y.Min, p.Y.Max = -0.6, float64(len(bars))-0.4
	p.X.Min, p.X.Max = 1, most*2
	canvas := vgsvg.New(22*vg.Centimeter, vg.Length(2+len(bars))*0.75*vg.Centimeter)
	p.Draw(draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", err
	}
	return inline(b.String(), title), nil
}
