import ContentStore
import Files
import Glibc

/// The server that has a folder, if there is one: who holds the lock of its audit log.
public struct RunningServer {
  private let path: String
  private let fileSystem: any FileSystem

  /// Of a folder.
  public init(_ folder: DataFolder) {
    path = StoreLayout(root: folder.audit).lock
    fileSystem = folder.fileSystem
  }

  /// Its process; nil where nobody holds the lock.
  ///
  /// - Throws: where somebody holds it who does not say who he is.
  public func process() throws -> Int32? {
    // Who has just taken the lock writes his name a moment later.
    for _ in 0..<40 {
      guard let file = try fileSystem.openFileIfAny(path, [.write]), try file.isLocked() else {
        return nil
      }
      let line = try file.read(at: 0, count: 64).prefix { $0 != UInt8(ascii: " ") }
      if let process = Int32(String(decoding: line, as: UTF8.self)), process > 0 { return process }
      usleep(25_000)
    }
    throw ControlPlaneError(500, "\(path) is held by somebody who does not say who he is")
  }

  /// Tells a server to end, and waits for it.
  ///
  /// - Returns: whether it did within the time.
  public func stop(_ process: Int32, seconds: Int) throws -> Bool {
    guard kill(process, SIGTERM) == 0 || errno == ESRCH else {
      throw ControlPlaneError(
        500, "process \(process) cannot be told to stop: \(String(cString: strerror(errno)))")
    }
    for _ in 0..<(max(0, seconds) * 20) {
      guard try self.process() == process else { return true }
      usleep(50_000)
    }
    return try self.process() != process
  }
}
