target triple = "x86_64-pc-linux-gnu"
@data = global { i32, i32 } { i32 5, i32 6 }
@alias = alias i32, getelementptr ({ i32, i32 }, ptr @data, i32 0, i32 1)
