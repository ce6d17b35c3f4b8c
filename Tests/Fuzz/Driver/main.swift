import Foundation

// libFuzzer brings a main of its own; this one comes first, so that the target can be named.
// ZIGTTP_FUZZ_TARGET names it; `list` as the only argument prints the names there are.

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ each: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

if CommandLine.arguments.dropFirst() == ["list"] {
  for target in FuzzTarget.all { print(target.name) }
  exit(0)
}
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(runDriver(&count, &arguments) { zigttpFuzzOneInput($0, $1) })
