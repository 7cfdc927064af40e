//go:build !byollvm

package llvm

// LLVM is linked statically: loading libLLVM.so costs every run 13 ms of processor time against 3 ms. The order is
// that of llvm-config --link-static --libs x86codegen x86asmparser jitlink bitreader bitwriter irreader.

/*
#cgo CPPFLAGS: -I/usr/include/llvm-22 -I/usr/include/llvm-c-22 -D_GNU_SOURCE
#cgo CPPFLAGS: -D__STDC_CONSTANT_MACROS -D__STDC_FORMAT_MACROS -D__STDC_LIMIT_MACROS
#cgo LDFLAGS: -L/usr/lib/llvm-22/lib
#cgo LDFLAGS: -lLLVMJITLink -lLLVMOrcTargetProcess -lLLVMOrcShared -lLLVMOption
#cgo LDFLAGS: -lLLVMX86AsmParser -lLLVMX86CodeGen -lLLVMX86Desc -lLLVMX86Info -lLLVMMCDisassembler
#cgo LDFLAGS: -lLLVMInstrumentation -lLLVMIRPrinter -lLLVMGlobalISel -lLLVMSelectionDAG -lLLVMCFGuard -lLLVMAsmPrinter
#cgo LDFLAGS: -lLLVMCodeGen -lLLVMTarget -lLLVMScalarOpts -lLLVMInstCombine -lLLVMAggressiveInstCombine
#cgo LDFLAGS: -lLLVMObjCARCOpts -lLLVMTransformUtils -lLLVMCodeGenTypes -lLLVMCGData -lLLVMBitWriter -lLLVMAnalysis
#cgo LDFLAGS: -lLLVMProfileData -lLLVMSymbolize -lLLVMDebugInfoBTF -lLLVMDebugInfoPDB -lLLVMDebugInfoMSF
#cgo LDFLAGS: -lLLVMDebugInfoCodeView -lLLVMDebugInfoGSYM -lLLVMDebugInfoDWARF -lLLVMObject -lLLVMTextAPI
#cgo LDFLAGS: -lLLVMMCParser -lLLVMIRReader -lLLVMAsmParser -lLLVMMC -lLLVMDebugInfoDWARFLowLevel -lLLVMBitReader
#cgo LDFLAGS: -lLLVMFrontendHLSL -lLLVMCore -lLLVMRemarks -lLLVMBitstreamReader -lLLVMBinaryFormat
#cgo LDFLAGS: -lLLVMTargetParser -lLLVMSupport -lLLVMDemangle
#cgo LDFLAGS: -lz -lzstd -lrt -ldl -lm -lstdc++
*/
import "C"
