; Danger: aliases into the middle of the last variable of a section, of contents, zeros, constants and a section of its own;
; an assembler gives them the size of the whole.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [13 x i8] c"%d %d %d %d\0A\00"
@data = global { i32, i32, i32 } { i32 5, i32 6, i32 7 }
@zero = internal global [5 x i32] zeroinitializer
@constant = constant [3 x i32] [i32 1, i32 2, i32 3]
@in_section_base = internal global [2 x i32] [i32 8, i32 9], section "own_section"

@in_data = alias i32, getelementptr ({ i32, i32, i32 }, ptr @data, i32 0, i32 1)
@in_zero = internal alias i32, getelementptr ([5 x i32], ptr @zero, i32 0, i32 4)
@in_constant = hidden alias i32, getelementptr (i8, ptr @constant, i64 8)
@in_section = weak alias i32, getelementptr (i32, ptr @in_section_base, i64 1)
@of_alias = alias i32, getelementptr (i8, ptr @in_data, i64 4)
@behind = alias i32, getelementptr (i32, ptr @in_section_base, i64 2)

declare i32 @printf(ptr, ...)

define void @show() noinline optnone {
  %a = load i32, ptr @in_data
  %b = load i32, ptr @in_zero
  %c = load i32, ptr @in_constant
  %d = load i32, ptr @in_section
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 %b, i32 %c, i32 %d)
  ret void
}
define i32 @main() noinline optnone {
  call void @show()
  store i32 60, ptr getelementptr (i32, ptr @data, i64 1)
  store i32 70, ptr getelementptr (i32, ptr @zero, i64 4)
  store i32 90, ptr getelementptr (i32, ptr @in_section_base, i64 1)
  call void @show()
  %e = load i32, ptr @of_alias
  %distance = sub i64 ptrtoint (ptr @behind to i64), ptrtoint (ptr @in_section_base to i64)
  %d = trunc i64 %distance to i32
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %e, i32 %d, i32 0, i32 0)
  ret i32 0
}
