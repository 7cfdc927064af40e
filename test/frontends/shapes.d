// Classes, exceptions, associative arrays, ranges and the collector, of D's run-time libraries.
import std.algorithm, std.range, std.stdio;

class Shape {
  double area() { return 0; }
}

class Square : Shape {
  double side;
  this(double s) { side = s; }
  override double area() { return side * side; }
}

int main() {
  int[string] words;
  foreach (w; "a b a c b a".splitter(' '))
    words[w.idup]++;
  try
    throw new Exception("thrown");
  catch (Exception e)
    writeln("caught ", e.msg);
  Shape s = new Square(3);
  writeln(words["a"], " ", s.area, " ", iota(5).map!(x => x * x).sum);
  return 4;
}
