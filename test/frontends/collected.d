// Module constructors and destructors, thread-local and shared, and a collector that has to know the program's variables and
// thread-locals: D's run-time library looks for them among the objects of the process.
import core.memory, core.thread, std.stdio;

class Block {
  int[] values;
  this(int n) { values = new int[n]; values[] = n; }
}

int[] kept;
int[string] table;
Block ofThread;
__gshared Block ofProcess;

shared static this() {
  ofProcess = new Block(500);
  writeln("shared constructor");
}

static this() {
  kept = [1, 2, 3];
  table["x"] = 5;
  ofThread = new Block(1000);
  writeln("constructor");
}

static ~this() { writeln("destructor of ", ofThread.values.length); }

int sum(int[] values) {
  int total;
  foreach (v; values)
    total += v;
  return total;
}

void fill() {
  foreach (i; 0 .. 100)
    new int[](10_000)[] = 7;
}

int main() {
  fill();
  GC.collect();
  fill();
  writeln(kept, table, sum(ofThread.values), " ", sum(ofProcess.values));
  auto other = new Thread({ writeln("another thread, ", ofThread.values.length); });
  other.start();
  other.join();
  return 3;
}
