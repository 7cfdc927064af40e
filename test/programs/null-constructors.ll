; Danger: a null function ends the lists of constructors and of destructors.
target triple = "x86_64-pc-linux-gnu"

@a = private constant [2 x i8] c"a\00"
@b = private constant [2 x i8] c"b\00"
@llvm.global_ctors = appending global [3 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 65535, ptr @first, ptr null }, { i32, ptr, ptr } { i32 1, ptr null, ptr null },
  { i32, ptr, ptr } { i32 65535, ptr @second, ptr null }]
@llvm.global_dtors = appending global [2 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 65535, ptr null, ptr @a }, { i32, ptr, ptr } { i32 65535, ptr @second, ptr null }]
declare i32 @puts(ptr)

define void @first() {
  %r = call i32 @puts(ptr @a)
  ret void
}
define void @second() {
  %r = call i32 @puts(ptr @b)
  ret void
}
define i32 @main() {
  ret i32 5
}
