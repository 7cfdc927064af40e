# Classes, exceptions, hash tables, fibers and the collector, of Crystal's run-time library.
class Shape
  def area; 0.0; end
end
class Square < Shape
  def initialize(@side : Float64); end
  def area; @side * @side; end
end
words = Hash(String, Int32).new(0)
"a b a c b a".split(' ').each { |w| words[w] += 1 }
begin
  raise "thrown"
rescue e
  puts "caught #{e.message}"
end
ch = Channel(Int32).new
spawn { ch.send((0..4).sum { |x| x * x }) }
puts "#{words["a"]} #{[Shape.new, Square.new(3.0)].last.area} #{ch.receive}"
exit 4
