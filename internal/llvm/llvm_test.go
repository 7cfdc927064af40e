package llvm

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/orcast/orcast/internal/stub"
)

const answerIR = `
@table = private constant [3 x i8] c"%d\00"
@counter = internal global i32 40
declare i32 @printf(ptr, ...)
define i32 @main() {
  %f = call i32 @next()
  %r = call i32 (ptr, ...) @printf(ptr @table, i32 %f)
  ret i32 7
}
define internal i32 @next() {
  %v = load i32, ptr @counter
  %w = add i32 %v, 2
  store i32 %w, ptr @counter
  ret i32 %w
}
`

func TestMain(m *testing.M) {
	runtime.LockOSThread()
	os.Exit(m.Run())
}

type libraryNames struct{ libraries stub.Libraries }

func (n libraryNames) Lookup(_ int, _ bool, name string) (uint64, bool) {
	return n.libraries.Find(name)
}
func (libraryNames) Define(int, bool, string, uint64)            {}
func (libraryNames) Keeps(int, string) bool                      { return true }
func (libraryNames) Structors(int, bool, string, uint64, uint64) {}
func (libraryNames) Code(uint64, uint64, uint64, uint64)         {}

func space(r *stub.Region, z stub.Zone) Space {
	target, size, working := r.Zone(z)
	return Space{target, size, working}
}

// answer runs answerIR, compiling each function at its first call, and reports how the program ended.
func answer(t *testing.T) (syscall.WaitStatus, []stub.Call) {
	bc, err := ParseIR("answer.ll", []byte(answerIR))
	if err != nil {
		t.Fatal(err)
	}
	region, err := stub.NewRegion(2, stub.Most, nil)
	if err != nil {
		t.Fatal(err)
	}
	executor, err := stub.StartExecutor(region, []string{"answer"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	libraries, err := executor.Libraries()
	if err != nil {
		t.Fatal(err)
	}
	linker := NewLinker(space(region, stub.Code), space(region, stub.RO), space(region, stub.Data),
		space(region, stub.Zero), 4, libraryNames{libraries})
	linker.SetAddress(0, region.StubAddress(0))
	linker.SetAddress(1, region.StubAddress(1))
	module := NewModule(Source{Name: "answer.ll", File: bc, Globals: 2, Functions: 3, Refs: []Ref{
		{Number: 2, Kind: Data, Near: true, Defines: true, Self: 2}, {Number: 3, Kind: Data, Near: true, Defines: true,
			Self: 3},
		{Kind: ByName}, {Number: 0, Kind: Function, Near: true, Defines: true, Self: 0},
		{Number: 1, Kind: Function, Near: true, Defines: true, Self: 1}}})
	defer module.Close()
	worker := NewWorker(0)
	defer worker.Close()
	data, err := worker.CompileData(module, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := linker.Link([]Item{{Object: data, Module: module}}); err != nil {
		t.Fatal(err)
	}
	if err := executor.Run(stub.Start{Entry: region.StubAddress(0)}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		f := region.NextCalls(nil)[0]
		object, tied, err := worker.Compile(module, []uint32{uint32(f + 1)}, nil)
		if err != nil || tied != nil {
			t.Fatal(tied, err)
		}
		linked, err := linker.Link([]Item{{Object: object, Module: module, Late: true}})
		if err != nil {
			t.Fatal(err)
		}
		at := linked[0]
		if err := region.AddUnwind(at.Code, at.CodeSize, at.EHFrame, at.EHFrameSize); err != nil {
			t.Fatal(err)
		}
		region.Publish(f, linker.Place(f).Address)
	}
	end, err := executor.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return end.Status, region.Calls()
}

func TestFunctionsAreCompiledWhenCalled(t *testing.T) {
	if os.Getenv("ORCAST_TEST_ANSWER") != "" {
		answer(t)
		return
	}
	command := exec.Command(os.Args[0], "-test.run=TestFunctionsAreCompiledWhenCalled")
	command.Env = append(os.Environ(), "ORCAST_TEST_ANSWER=1")
	out, err := command.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "42") {
		t.Fatalf("%v: %s", err, out)
	}
	status, calls := answer(t)
	if status.ExitStatus() != 7 {
		t.Errorf("exit status %d, want 7", status.ExitStatus())
	}
	if len(calls) != 2 || calls[0].Func != 0 || calls[1].Func != 1 || !calls[0].Stalled {
		t.Errorf("first calls: %v", calls)
	}
}

func TestParseIRNamesTheLine(t *testing.T) {
	_, err := ParseIR("bad.ll", []byte("define i32 @f() {\n  ret i33 %x\n}\n"))
	if err == nil || !strings.Contains(err.Error(), "bad.ll:2: ") {
		t.Errorf("got %v, want an error at bad.ll:2", err)
	}
}

// Flipped bits make LLVM's reader crash at times: that must come back as an error.
func TestDamagedBitcodeIsAnError(t *testing.T) {
	bc, err := ParseIR("answer.ll", []byte(answerIR))
	if err != nil {
		t.Fatal(err)
	}
	failures := 0
	for bit := 8 * 40; bit < 8*len(bc); bit += 97 {
		damaged := append([]byte(nil), bc...)
		damaged[bit/8] ^= 1 << (bit % 8)
		worker := NewWorker(0)
		module := NewModule(Source{Name: "damaged", File: damaged, Globals: 2, Functions: 3, Refs: make([]Ref, 5)})
		if object, _, err := worker.Compile(module, []uint32{1}, nil); err != nil {
			failures++
		} else if object != nil {
			object.Close()
		}
		worker.Close()
		module.Close()
	}
	if failures == 0 {
		t.Error("no damage was noticed")
	}
}
