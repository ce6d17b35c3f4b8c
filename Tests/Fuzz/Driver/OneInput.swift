import Foundation

/// The target that `ZIGTTP_FUZZ_TARGET` names.
private let chosen: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["ZIGTTP_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    fatalError("ZIGTTP_FUZZ_TARGET names no target: \(name)")
  }
  return target
}()

/// What libFuzzer calls with each input. A broken promise ends the process, which is what it looks
/// for.
@_cdecl("LLVMFuzzerTestOneInput")
public func zigttpFuzzOneInput(_ base: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  do {
    try chosen.run(Array(UnsafeBufferPointer(start: base, count: size)))
  } catch {
    fatalError("\(chosen.name): \(error)")
  }
  return 0
}
