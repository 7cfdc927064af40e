; Danger: lists of constructors and destructors that are one zero.
target triple = "x86_64-pc-linux-gnu"

@llvm.global_ctors = appending global [2 x { i32, ptr, ptr }] zeroinitializer
@llvm.global_dtors = appending global [0 x { i32, ptr, ptr }] zeroinitializer
define i32 @main() {
  ret i32 5
}
