; Danger: symbol names with spaces, quotes, backslashes, bytes above 127, the \01 prefix, names that look like
; something of the assembler, and a very long one.
target triple = "x86_64-pc-linux-gnu"

@"a string" = private constant [7 x i8] c"%s %d\0A\00"
@"quote\22and\5Cbackslash" = global i32 1
@"caf\C3\A9" = global i32 2
@"\FF\FE" = internal global i32 3
@"%rax" = global i32 4
@.L.looks.private = global i32 5
@"0" = global i32 6
@".textual" = global i32 7
@"new\0Aline" = global i32 8

@text = private constant [4 x i8] c"sum\00"

declare i32 @printf(ptr, ...)

define i32 @"function with spaces"(i32 %x) noinline optnone {
  %r = add i32 %x, 1
  ret i32 %r
}
define internal i32 @"\01mangled"(i32 %x) noinline optnone {
  %r = call i32 @"function with spaces"(i32 %x)
  ret i32 %r
}
define i32 @"f@PLT"(i32 %x) noinline optnone {
  %r = call i32 @"\01mangled"(i32 %x)
  ret i32 %r
}
define i32 @"$x{}()[]<>,;#!"(i32 %x) noinline optnone {
  %r = call i32 @"f@PLT"(i32 %x)
  ret i32 %r
}
define i32 @"a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name"(i32 %x) noinline optnone {
  %r = call i32 @"$x{}()[]<>,;#!"(i32 %x)
  ret i32 %r
}

define i32 @main() {
  %a = load i32, ptr @"quote\22and\5Cbackslash"
  %b = load i32, ptr @"caf\C3\A9"
  %c = load i32, ptr @"\FF\FE"
  %d = load i32, ptr @"%rax"
  %e = load i32, ptr @.L.looks.private
  %f = load i32, ptr @"0"
  %g = load i32, ptr @".textual"
  %h = load i32, ptr @"new\0Aline"
  %s1 = add i32 %a, %b
  %s2 = add i32 %s1, %c
  %s3 = add i32 %s2, %d
  %s4 = add i32 %s3, %e
  %s5 = add i32 %s4, %f
  %s6 = add i32 %s5, %g
  %s7 = add i32 %s6, %h
  %r = call i32 @"a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name_a_very_long_name"(i32 %s7)
  %p = call i32 (ptr, ...) @printf(ptr @"a string", ptr @text, i32 %r)
  ret i32 0
}
