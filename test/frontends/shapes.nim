# Methods, exceptions, tables and sequences, of Nim's run-time library, which is compiled with the program.
import std/[tables, strutils, sequtils]
type Shape = ref object of RootObj
method area(s: Shape): float {.base.} = 0.0
type Square = ref object of Shape
  side: float
method area(s: Square): float = s.side * s.side
var words = initTable[string, int]()
for w in "a b a c b a".split(' '): words.mgetOrPut(w, 0).inc
try:
  raise newException(ValueError, "thrown")
except ValueError as e:
  echo "caught ", e.msg
echo words["a"], " ", Shape(Square(side: 3.0)).area, " ", toSeq(0..4).mapIt(it * it).foldl(a + b)
quit 4
