package jit

import (
	"errors"
	"runtime"

	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/tier"
)

// ErrNotPromoted says that a function keeps the code that it has.
var ErrNotPromoted = errors.New("the function keeps its code")

var (
	errNoCode  = promotionError("it has no code yet, or somebody compiles it")
	errHasData = promotionError("addresses of its blocks are in use")
)

type promotionError string

func (e promotionError) Error() string { return ErrNotPromoted.Error() + ": " + string(e) }

func (promotionError) Is(target error) bool { return target == ErrNotPromoted }

// Promote compiles a function again, on the calling thread, and lets the program have the better body: who calls it
// from then on gets there, who is in the old one stays in it. One promotion is made at a time.
func (s *Session) Promote(f program.FuncID, t tier.Tier) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	s.promoting.Lock()
	defer s.promoting.Unlock()
	if s.promoter == nil {
		s.promoter = s.newWorker(journal.Promoter)
	}
	return s.promoter.promote(f, t)
}

// promote compiles a function again at a tier. One that shares addresses of blocks with others, or with variables,
// stays what it is: these addresses are in the program's data. So does one whose own address is that of its body.
func (w *worker) promote(f program.FuncID, t tier.Tier) error {
	s := w.session
	if !s.queue.Promote(f) {
		return errNoCode
	}
	unit := []program.FuncID{f}
	if s.loader.IsLinkedEarly(f) {
		s.queue.Abandon(unit)
		return errHasData
	}
	m := s.loader.ModuleOf(f)
	span := s.journal.Begin(m.Number, w.number)
	span.Functions, span.Reason = unit, traceReasons[sched.Promotion]
	code, tied, err := w.generate(span, m, t)
	if err == nil && len(tied) > 0 {
		err = errHasData
	}
	if err == nil {
		defer code.Close()
		err = s.Link(span, loader.Item{Code: code, Module: m, Late: true})
	}
	if err != nil {
		s.queue.Abandon(unit)
		return err
	}
	span.Object = code
	span.End()
	s.settle(unit, span.Tier, nil)
	return nil
}
