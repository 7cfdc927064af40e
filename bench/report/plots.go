package main

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/orcast/orcast/bench"
)

// figureOf is a plot with what it shows.
type figureOf struct {
	Name  string // of its file, without what all have in common
	Title string
	About string
	SVG   template.HTML
}

// series is a line, or points, of a plot.
type series struct {
	name   string
	points plotter.XYs
	look   look
}

// look is how a series is drawn.
type look int

const (
	dots   look = iota // measured, one by one
	dotted             // measured, along a line
	line               // computed
	dashes             // computed, to compare with
)

// chart says how series are drawn.
type chart struct {
	name           string // of its file
	title, about   string
	x, y           string // axes, with units
	logX, logY     bool
	ticksX, ticksY []float64
	names          []string // of places on the vertical axis, in place of numbers
	series         []series
	unit           bool // the vertical axis goes from 0 to 1 at least
	parts          bool // the horizontal one goes from 0 to 1
}

// colours and markers that people who see few colours can tell apart (Okabe and Ito, "Color Universal Design", 2008).
var (
	colours = []color.RGBA{{0, 114, 178, 255}, {213, 94, 0, 255}, {0, 158, 115, 255}, {204, 121, 167, 255},
		{230, 159, 0, 255}, {86, 180, 233, 255}, {0, 0, 0, 255}, {148, 103, 189, 255}, {140, 86, 75, 255},
		{120, 120, 120, 255}, {188, 189, 34, 255}}
	glyphs = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.CrossGlyph{},
		draw.RingGlyph{}, draw.PlusGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}}
)

// figures are all plots for which there are figures.
func (r *report) figures() ([]figureOf, error) {
	var list []figureOf
	for _, c := range []chart{r.stallChart(), r.wallChart(), r.boundChart(), r.precisionChart(), r.peersChart(),
		r.shareChart(), r.sizeChart("size"), r.sizeChart("all")} {
		c.series = slices.DeleteFunc(c.series, func(s series) bool { return len(s.points) == 0 })
		if len(c.series) == 0 {
			continue
		}
		svg, err := c.draw()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.title, err)
		}
		list = append(list, figureOf{c.name, c.title, c.about, svg})
	}
	return list, nil
}

// add leaves out what is no number, and what has no place on a logarithmic axis.
func (c *chart) add(name string, l look, points ...plotter.XY) {
	points = slices.DeleteFunc(points, func(p plotter.XY) bool {
		return math.IsNaN(p.X) || math.IsNaN(p.Y) || math.IsInf(p.X, 0) || math.IsInf(p.Y, 0) || c.logX && p.X <= 0 ||
			c.logY && p.Y <= 0
	})
	c.series = append(c.series, series{name, points, l})
}

// the policies that plots of threads show; tables have all of them.
var plotted = []string{"auto", "all", "random", "largest", "profile"}

func (r *report) stallChart() chart {
	c := chart{name: "stall", title: "Waiting for code, by number of compile threads",
		x: "compile threads besides the one kept for demands", y: "stall, of that without speculation",
		logX: true, unit: true, ticksX: []float64{1, 2, 4, 8, 16, 32, 64},
		about: "How much of the time that a program waits for code is left when idle cores compile ahead: 1 is what " +
			"it waits if nothing is compiled ahead, lower is better. Lines are simulated, with a core for every " +
			"thread; markers are measured on this machine. profile knows an equal run, the others nothing. No " +
			"schedule gets below the line of the bound."}
	r.threadsChart(&c, func(s bench.SimulatedRun, none bench.SimulatedRun) float64 { return s.OfNone }, stall)
	var best, bound []plotter.XY
	for _, n := range r.simulatedThreads(1) {
		best = append(best, plotter.XY{X: float64(n),
			Y: bench.Median(r.limits(n, func(l bench.Limit) float64 { return l.BestOfNone }))})
		bound = append(bound, plotter.XY{X: float64(n),
			Y: bench.Median(r.limits(n, func(l bench.Limit) float64 { return l.BoundOfNone }))})
	}
	c.add("best schedule found", dashes, best...)
	c.add("bound", dashes, bound...)
	return c
}

func (r *report) wallChart() chart {
	c := chart{name: "wall", title: "Wall time, by number of compile threads",
		x: "compile threads besides the one kept for demands", y: "wall time, of that without speculation",
		logX: true, unit: true, ticksX: []float64{1, 2, 4, 8, 16, 32, 64},
		about: "The same for the whole run, of which waiting is a part; the rest is the program's own work and the " +
			"start, and stays. Lines are simulated, markers measured."}
	r.threadsChart(&c, func(s bench.SimulatedRun, none bench.SimulatedRun) float64 {
		return over(s.WallMS, none.WallMS)
	}, wall)
	return c
}

// threadsChart adds a line and markers for each policy: medians over programs of a figure as a part of that of none.
func (r *report) threadsChart(c *chart, of func(run, none bench.SimulatedRun) float64, measured figure) {
	typical := r.typical()
	for _, policy := range plotted {
		var simulated, marks []plotter.XY
		for _, n := range r.simulatedThreads(1) {
			var list []float64
			for _, s := range r.typicalSimulations(1) {
				if run, none, ok := beside(s, policy, n); ok {
					list = append(list, of(run, none))
				}
			}
			simulated = append(simulated, plotter.XY{X: float64(n), Y: bench.Median(list)})
		}
		for n := 1; n <= r.Header.Cores; n++ {
			w, ok := r.way(policy, n, 0, bench.Cold)
			if policy == "profile" {
				w, ok = r.way("auto", n, 0, bench.WithProfile)
			}
			if none, has := r.way("none", n, 0, bench.Cold); ok && has {
				marks = append(marks, plotter.XY{X: float64(n), Y: r.medianRatio(typical, w, none, measured)})
			}
		}
		c.add(policy, line, simulated...)
		c.add(policy, dots, marks...)
	}
}

// beside are the simulated run under a policy, and that without speculation.
func beside(s bench.Simulation, policy string, threads int) (run, none bench.SimulatedRun, ok bool) {
	found := 0
	for _, p := range s.Policies {
		if p.Threads == threads && p.Policy == policy {
			run = p
			found++
		}
		if p.Threads == threads && p.Policy == "none" {
			none = p
			found++
		}
	}
	return run, none, found >= 2 || found == 1 && policy == "none"
}

func (r *report) boundChart() chart {
	c := chart{name: "bound", title: "Distance from the bound", x: "compile threads besides the one kept for demands",
		y: "stall, as a multiple of the bound", logX: true, logY: true,
		ticksX: []float64{1, 2, 4, 8, 16, 32, 64}, ticksY: []float64{1, 2, 3, 5, 10, 20, 50, 100},
		about: "How many times the least possible a program waits, simulated: 1 would be a compiler that knows " +
			"everything and wastes nothing. Without speculation the distance grows with the cores that could help; " +
			"what a policy does not know keeps it from coming down."}
	for _, policy := range append(slices.Clone(plotted), "none") {
		var points []plotter.XY
		for _, n := range r.simulatedThreads(1) {
			points = append(points, plotter.XY{X: float64(n), Y: bench.Median(r.simulated(policy, n, 1, ofBound))})
		}
		c.add(policy, line, points...)
	}
	var best []plotter.XY
	for _, n := range r.simulatedThreads(1) {
		best = append(best, plotter.XY{X: float64(n),
			Y: bench.Median(r.limits(n, func(l bench.Limit) float64 { return over(l.BestMS, l.BoundMS) }))})
	}
	c.add("best schedule found", dashes, best...)
	return c
}

func (r *report) precisionChart() chart {
	c := chart{name: "precision", title: "Precision against coverage", x: "coverage", y: "precision",
		unit: true, parts: true, ticksX: []float64{0, 0.2, 0.4, 0.6, 0.8, 1},
		ticksY: []float64{0, 0.2, 0.4, 0.6, 0.8, 1},
		about: "Precision, of the functions compiled ahead those that were called, against coverage, of the " +
			"functions called those that were ready in time, with one compile thread: medians over the programs. " +
			"Best is the upper right corner; compiling whatever there is covers as much as it has time for, and most " +
			"of it in vain."}
	typical := r.typical()
	for _, w := range r.ways {
		if w.Kind == bench.KindOrcast && w.Threads == 1 && w.Effort == 0 && w.State != bench.Warm &&
			w.Policy != "none" {
			c.add(label(w), dots, plotter.XY{X: r.median(typical, w, coverage), Y: r.median(typical, w, precision)})
		}
	}
	return c
}

func (r *report) peersChart() chart {
	c := chart{name: "peers", title: "Against every alternative", x: "wall time, of the native program's", logX: true,
		ticksX: []float64{1, 2, 5, 10, 20, 50, 100, 200},
		about: "Wall time of the whole process by program, from the same bitcode, as a multiple of that of the " +
			"program which clang -O2 compiled before; left is better. A missing marker means that this way fails on " +
			"the program: the tables say how."}
	native, ok := r.native(2)
	if !ok {
		return c
	}
	c.names = slices.Clone(r.typical())
	slices.Reverse(c.names)
	for _, w := range r.shown() {
		if w == native || strings.Contains(w.Name, "lazy, ") && strings.Contains(w.Name, "jitlink") {
			continue
		}
		var points []plotter.XY
		for i, workload := range c.names {
			if cell := r.cell(workload, w); cell.failure == "" {
				points = append(points, plotter.XY{X: ratio(cell, r.cell(workload, native), wall).mid, Y: float64(i)})
			}
		}
		c.add(w.Name, dots, points...)
	}
	return c
}

func (r *report) shareChart() chart {
	c := chart{name: "share", title: "Cost against the share of functions called", x: "functions called, of 3,200",
		y: "wall time, ms", logX: true, logY: true,
		ticksX: []float64{50, 100, 200, 400, 800, 1600, 3200}, ticksY: decades,
		about: "What a run takes if little or much of a program is called. An eager compiler takes the same whatever " +
			"is called; a lazy one pays for what is called."}
	r.scaling(&c, "share")
	return c
}

var decades = []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000}

func (r *report) sizeChart(group string) chart {
	c := chart{name: "scaling-" + group, title: "Scaling with the module, all functions called",
		x: "functions in the module", y: "wall time, ms", logX: true, logY: true,
		ticksX: []float64{100, 400, 1600, 6400, 25600, 50000}, ticksY: decades,
		about: "What a run takes if it calls every function: straight lines at 45 degrees are linear. A line that " +
			"ends did not go on: the way failed or took too long."}
	if group == "size" {
		c.title = "Scaling with the module, 50 functions called"
		c.about = "What a run takes that calls 50 functions, whatever the module has besides: what rises with the " +
			"module is reading it."
	}
	r.scaling(&c, group)
	return c
}

// scaling adds a line for each way in which the programs of a group ran.
func (r *report) scaling(c *chart, group string) {
	for _, w := range r.syntheticWays() {
		var points []plotter.XY
		for _, workload := range r.synthetic(group) {
			if cell := r.cell(workload, w); cell.failure == "" {
				points = append(points, plotter.XY{X: varied(r.shape(workload)), Y: cell.mid(wall)})
			}
		}
		c.add(w.Name, dotted, points...)
	}
}

// draw makes SVG whose texts are texts.
func (c chart) draw() (template.HTML, error) {
	p, legend := plot.New(), plot.NewLegend()
	p.X.Label.Text, p.Y.Label.Text = c.x, c.y
	c.style(p, &legend)
	entries := map[string]int{}
	for _, s := range c.series {
		style, ok := entries[s.name]
		if !ok {
			style = len(entries)
			entries[s.name] = style
		}
		if err := s.draw(p, &legend, style, !ok); err != nil {
			return "", err
		}
	}
	height := 11 * vg.Centimeter
	if c.names != nil {
		p.Y.Tick.Marker = places(c.names)
		p.Y.Min, p.Y.Max = -0.5, float64(len(c.names))-0.5
		height = vg.Length(3+len(c.names)) * 0.75 * vg.Centimeter
	}
	const width = 26 * vg.Centimeter
	height = max(height, vg.Length(len(entries)+2)*0.5*vg.Centimeter) // for the legend
	if c.unit {
		p.Y.Min, p.Y.Max = 0, max(1, p.Y.Max)
	}
	if c.parts {
		p.X.Min, p.X.Max = 0, 1
	}
	widen(&p.X, c.logX)
	widen(&p.Y, c.logY)
	canvas := vgsvg.New(width, height)
	area := draw.New(canvas)
	// The legend has a column of its own, so that it covers nothing.
	const column = 10.5 * vg.Centimeter
	p.Draw(draw.Crop(area, 0, -column, 0, 0))
	legend.Draw(draw.Crop(area, width-column+0.4*vg.Centimeter, 0, 0, 0))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", err
	}
	return inline(b.String(), c.title), nil
}

// widen gives a logarithmic axis with a single place an extent: plot would let it begin at 0 or below.
func widen(a *plot.Axis, log bool) {
	if log && a.Max-a.Min < 1e-9*a.Max {
		a.Min, a.Max = a.Min/2, a.Max*2
	}
}

func (c chart) style(p *plot.Plot, legend *plot.Legend) {
	const text, small = 13, 12
	p.X.Label.TextStyle.Font.Size, p.Y.Label.TextStyle.Font.Size = text, text
	p.X.Tick.Label.Font.Size, p.Y.Tick.Label.Font.Size = small, small
	p.X.Padding, p.Y.Padding = 4, 4
	if c.logX {
		p.X.Scale = plot.LogScale{}
	}
	if c.logY {
		p.Y.Scale = plot.LogScale{}
	}
	if c.ticksX != nil {
		p.X.Tick.Marker = numbers(c.ticksX)
	}
	if c.ticksY != nil {
		p.Y.Tick.Marker = numbers(c.ticksY)
	}
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{225}, color.Gray{225}
	p.Add(grid)
	legend.TextStyle.Font.Size = small
	legend.Left, legend.Top = true, true
	legend.ThumbnailWidth = 24
	legend.Padding = 4
	legend.YOffs = -8
}

// draw adds a series in one of the styles.
func (s series) draw(p *plot.Plot, legend *plot.Legend, style int, isNew bool) error {
	along, points, err := plotter.NewLinePoints(s.points)
	if err != nil {
		return err
	}
	along.Color, points.Color = colours[style%len(colours)], colours[style%len(colours)]
	along.Width = 2
	points.Shape, points.Radius = glyphs[style%len(glyphs)], 5
	thumbnails := map[look][]plot.Thumbnailer{dots: {points}, dotted: {along, points}, line: {along, points},
		dashes: {along}}[s.look]
	switch s.look {
	case dots:
		p.Add(points)
	case dotted:
		p.Add(along, points)
	case dashes:
		along.Dashes, along.Width = []vg.Length{5, 4}, 1.5
		fallthrough
	case line:
		p.Add(along)
	}
	if isNew {
		legend.Add(s.name, thumbnails...)
	}
	return nil
}

// places are names on an axis.
type places []string

// Ticks implements plot.Ticker.
func (n places) Ticks(low, high float64) (ticks []plot.Tick) {
	for i, name := range n {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: name})
	}
	return ticks
}

// numbers are numbers on an axis.
type numbers []float64

// Ticks implements plot.Ticker.
func (n numbers) Ticks(low, high float64) (ticks []plot.Tick) {
	for _, at := range n {
		if at >= low*0.999 && at <= high*1.001 {
			ticks = append(ticks, plot.Tick{Value: at, Label: strings.TrimSuffix(fmt.Sprint(at), ".0")})
		}
	}
	return ticks
}
