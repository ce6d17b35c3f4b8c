import Files
import Synchronization
import SystemPackage

/// The machine's file system, except that chosen calls fail, and that every call is written down.
public final class FaultyFileSystem: FileSystem {
  /// One call, by the name that ``FileSystem`` gives it.
  public struct Call: Equatable, Sendable {
    public var name: String
    public var path: String
    public var descriptor: Int32 = -1
  }
  /// What it does, and did.
  public struct State: Sendable {
    public var calls: [Call] = []
    /// Decides whether a call fails.
    public var fault: @Sendable (Call) -> Errno? = { _ in nil }
    public var owner: UInt32?
    public var device: [String: UInt64] = [:]
    public var isWritable: Bool?
  }

  private let real = LinuxFileSystem()
  /// May be changed at any time.
  public let state = Mutex(State())

  /// All calls until now.
  public var calls: [Call] { state.withLock { $0.calls } }
  /// Their names.
  public var names: [String] { calls.map(\.name) }

  /// Calls fail as `fault` says.
  public init(fault: @escaping @Sendable (Call) -> Errno? = { _ in nil }) {
    state.withLock { $0.fault = fault }
  }

  /// Every call of one name fails.
  public convenience init(failing name: String, with errno: Errno) {
    self.init { $0.name == name ? errno : nil }
  }

  private func note(
    _ name: String, _ path: String = "", _ descriptor: Int32 = -1
  ) throws(Errno) {
    let call = Call(name: name, path: path, descriptor: descriptor)
    let fault = state.withLock { state in
      state.calls.append(call)
      return state.fault
    }
    if let errno = fault(call) { throw errno }
  }

  private func altered(_ info: FileInfo, _ path: String) -> FileInfo {
    var info = info
    state.withLock { state in
      if let owner = state.owner { info.owner = owner }
      if let device = state.device[path] { info.device = device }
    }
    return info
  }

  public func open(_ path: String, flags: Int32, permissions: UInt16) throws(Errno) -> Int32 {
    try note("open", path)
    return try real.open(path, flags: flags, permissions: permissions)
  }
  public func openUnnamed(in folder: String, permissions: UInt16) throws(Errno) -> Int32 {
    try note("openUnnamed", folder)
    return try real.openUnnamed(in: folder, permissions: permissions)
  }
  public func linkUnnamed(_ descriptor: Int32, to path: String) throws(Errno) {
    try note("linkUnnamed", path, descriptor)
    try real.linkUnnamed(descriptor, to: path)
  }
  public func link(_ path: String, to other: String) throws(Errno) {
    try note("link", other)
    try real.link(path, to: other)
  }
  public func close(_ descriptor: Int32) {
    state.withLock { $0.calls.append(Call(name: "close", path: "", descriptor: descriptor)) }
    real.close(descriptor)
  }
  public func read(
    _ descriptor: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    try note("read", "", descriptor)
    return try real.read(descriptor, at: offset, into: buffer)
  }
  public func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    try note("write", "", descriptor)
    return try real.write(descriptor, bytes)
  }
  public func copyRange(
    from source: Int32, at offset: UInt64, count: UInt64, to target: Int32
  ) throws(Errno) -> UInt64 {
    try note("copyRange", "", target)
    return try real.copyRange(from: source, at: offset, count: count, to: target)
  }
  public func clone(_ source: Int32, to target: Int32) throws(Errno) {
    try note("clone", "", target)
    try real.clone(source, to: target)
  }
  public func seekToEnd(_ descriptor: Int32) throws(Errno) { try real.seekToEnd(descriptor) }
  public func truncate(_ descriptor: Int32, to size: UInt64) throws(Errno) {
    try note("truncate", "", descriptor)
    try real.truncate(descriptor, to: size)
  }
  public func startWriteback(_ descriptor: Int32) { real.startWriteback(descriptor) }
  public func synchronize(_ descriptor: Int32) throws(Errno) {
    try note("synchronize", "", descriptor)
    try real.synchronize(descriptor)
  }
  public func synchronizeAll(_ descriptor: Int32) throws(Errno) {
    try note("synchronizeAll", "", descriptor)
    try real.synchronizeAll(descriptor)
  }
  public func rename(_ path: String, to other: String) throws(Errno) {
    try note("rename", other)
    try real.rename(path, to: other)
  }
  public func renameNew(_ path: String, to other: String) throws(Errno) {
    try note("renameNew", other)
    try real.renameNew(path, to: other)
  }
  public func remove(_ path: String) throws(Errno) {
    try note("remove", path)
    try real.remove(path)
  }
  public func makeDirectory(_ path: String, permissions: UInt16) throws(Errno) {
    try note("makeDirectory", path)
    try real.makeDirectory(path, permissions: permissions)
  }
  public func info(_ path: String, followingLink: Bool) throws(Errno) -> FileInfo {
    altered(try real.info(path, followingLink: followingLink), path)
  }
  public func info(of descriptor: Int32) throws(Errno) -> FileInfo { try real.info(of: descriptor) }
  public func setPermissions(_ path: String, to permissions: UInt16) throws(Errno) {
    try note("setPermissions", path)
    try real.setPermissions(path, to: permissions)
  }
  public func eachName(in folder: String, _ body: (FileName) -> Void) throws(Errno) {
    try note("names", folder)
    try real.eachName(in: folder, body)
  }
  public func resolve(_ path: String) throws(Errno) -> String { try real.resolve(path) }
  public func isWritable(_ path: String) -> Bool {
    state.withLock { $0.isWritable } ?? real.isWritable(path)
  }
  public func lock(_ descriptor: Int32, wait: Bool) throws(Errno) -> Bool {
    try real.lock(descriptor, wait: wait)
  }
  public func isLocked(_ descriptor: Int32) throws(Errno) -> Bool { try real.isLocked(descriptor) }
}
