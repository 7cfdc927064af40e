; Each function branches on one thing; rules_test.go knows the probability of the first successor.

declare i32 @f()

define void @pointer_equal(ptr %p, ptr %q) {
  %c = icmp eq ptr %p, %q
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @pointer_unequal(ptr %p, ptr %q) {
  %c = icmp ne ptr %p, %q
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @negative(i32 %x) {
  %c = icmp slt i32 %x, 0
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @at_most_zero(i32 %x) {
  %c = icmp slt i32 %x, 1
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @positive(i32 %x) {
  %c = icmp sgt i32 %x, 0
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @at_least_zero(i32 %x) {
  %c = icmp sgt i32 %x, -1
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @zero(i32 %x) {
  %c = icmp eq i32 %x, 0
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @not_zero(i32 %x) {
  %c = icmp ne i32 %x, 0
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @minus_one(i32 %x) {
  %c = icmp eq i32 %x, -1
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @another(i32 %x) {
  %c = icmp eq i32 %x, 7
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @bit_clear(i32 %x) {
  %b = and i32 %x, 8
  %c = icmp eq i32 %b, 0
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @bits_clear(i32 %x) {
  %b = and i32 %x, 10
  %c = icmp eq i32 %b, 0
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @success() {
  %r = call i32 @f()
  %c = icmp eq i32 %r, 0
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @float_equal(double %x, double %y) {
  %c = fcmp oeq double %x, %y
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @float_unequal(double %x, double %y) {
  %c = fcmp une double %x, %y
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @not_a_number(double %x, double %y) {
  %c = fcmp uno double %x, %y
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @a_number(double %x, double %y) {
  %c = fcmp ord double %x, %y
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  ret void
}

define void @calling(i1 %c) {
  br i1 %c, label %then, label %end
then:
  call i32 @f()
  br label %end
end:
  ret void
}

define void @leaving(i1 %c, ptr %p) {
  br i1 %c, label %then, label %else
then:
  br label %end
else:
  store i8 0, ptr %p
  store i8 1, ptr %p
  store i8 2, ptr %p
  store i8 3, ptr %p
  store i8 4, ptr %p
  store i8 5, ptr %p
  store i8 6, ptr %p
  store i8 7, ptr %p
  br label %end
end:
  ret void
}

define void @looping(i1 %c, i1 %d) {
  br i1 %c, label %before, label %else
before:
  br label %loop
loop:
  br i1 %d, label %loop, label %else
else:
  switch i1 %c, label %end [ i1 true, label %end ]
end:
  ret void
}

; A loop is left with 1 to 7, and pointers are rarely equal: 12 to 20.
define void @leaving_loop(ptr %p, ptr %q) {
  br label %loop
loop:
  %c = icmp eq ptr %p, %q
  br i1 %c, label %end, label %loop
end:
  ret void
}
