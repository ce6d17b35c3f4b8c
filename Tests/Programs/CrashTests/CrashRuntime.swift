import Foundation
import TestSupport

/// A runtime of a few kilobytes, so that a thousand stores cost little. It has what the packer looks
/// at, and takes every handler.
enum CrashRuntime {
  /// Where it is. The bundle stands beside it, the compressed layer does not.
  static let path: String = {
    let folder = NSTemporaryDirectory() + "zigttp-crash-runtime-\(getpid())"
    let path = folder + "/zigttp-runtime"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      chmod(path, 0o755)
      try Data("no certificates\n".utf8).write(
        to: URL(fileURLWithPath: folder + "/ca-certificates.crt"))
    } catch {
      return Programs.runtime
    }
    return path
  }()

  /// What makes `zigttp` pack it.
  static var environment: [String: String] { ["ZIGTTP_RUNTIME": path] }

  private static var bytes: [UInt8] {
    var out = TinyRuntime.bytes(.exits(0))
    // Nothing that compresses well, so that the layer is about as large.
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    while out.count < 48 << 10 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      withUnsafeBytes(of: state.littleEndian) { out += $0 }
    }
    return out
  }
}
