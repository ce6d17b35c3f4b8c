import Foundation

/// A runtime of a few kilobytes, so that a thousand stores cost little. It has what the packer looks
/// at: an ELF header and the note of a zigttp runtime. Nobody starts it.
enum CrashRuntime {
  /// Where it is. The bundle stands beside it, the compressed layer does not.
  static let path: String = {
    let folder = NSTemporaryDirectory() + "zigttp-crash-runtime-\(getpid())"
    let path = folder + "/zigttp-runtime"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      try Data("no certificates\n".utf8).write(
        to: URL(fileURLWithPath: folder + "/ca-certificates.crt"))
    } catch {
      return Programs.runtime
    }
    return path
  }()

  /// What makes `zigttp` pack it.
  static var environment: [String: String] { ["ZIGTTP_RUNTIME": path] }

  // System V ABI, "ELF Header", "Program Header", "Note Section".
  private static var bytes: [UInt8] {
    var out: [UInt8] = [0x7f] + Array("ELF".utf8) + [2, 1, 1] + [UInt8](repeating: 0, count: 9)
    func add<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { out += $0 }
    }
    add(UInt16(2))  // an executable
    add(UInt16(62))  // x86-64
    add(UInt32(1))
    add(UInt64(0))  // where it starts
    add(UInt64(64))  // the program headers
    add(UInt64(0))
    add(UInt32(0))
    for number: UInt16 in [64, 56, 1, 0, 0, 0] { add(number) }
    add(UInt32(4))  // a note
    add(UInt32(4))
    for number: UInt64 in [120, 0, 0, 24, 24, 4] { add(number) }
    for number: UInt32 in [7, 4, 1] { add(number) }
    out += Array("zigttp\0\0".utf8)
    add(UInt32(1))
    // Nothing that compresses well, so that the layer is about as large.
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    while out.count < 48 << 10 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      add(state)
    }
    return out
  }
}
