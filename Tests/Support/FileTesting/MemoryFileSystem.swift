import Files
import Glibc
import Synchronization
import SystemPackage

/// A file system in memory that remembers what its disk was like before every change.
public final class MemoryFileSystem: FileSystem {
  fileprivate struct Open: Sendable {
    var node: Int
    var offset = 0
    var isAppending = false
  }

  fileprivate struct State: Sendable {
    var disk: MemoryDisk
    var open: [Int32: Open] = [:]
    var locks: [Int: Int32] = [:]
    var nextDescriptor: Int32 = 1000
    var clock: Int64
    var history: [MemoryDisk] = []
    var isRecording = false
  }

  /// Calls that a file system may lack.
  public enum Naming: Sendable, CaseIterable {
    /// A file has a second name.
    case links
    /// A rename that does not replace.
    case renamesToNew
  }

  private let state: Mutex<State>
  private let lacking: Set<Naming>

  /// An empty file system with a root folder.
  public init(lacking: Set<Naming> = [], clock: Int64 = 1_700_000_000) {
    self.lacking = lacking
    state = Mutex(State(disk: MemoryDisk(modified: clock * 1_000_000_000), clock: clock))
  }

  /// What a machine finds that was switched on again.
  public init(_ disk: MemoryDisk, lacking: Set<Naming> = [], clock: Int64 = 1_700_000_000) {
    self.lacking = lacking
    state = Mutex(State(disk: disk, clock: clock))
  }

  /// The disk as it is now.
  public var disk: MemoryDisk { state.withLock { $0.disk } }

  /// Keeps the disk as it is before every change from now on.
  public func startRecording() { state.withLock { $0.isRecording = true } }

  /// The disks that were kept, and the one now.
  public func stopRecording() -> [MemoryDisk] {
    state.withLock { state in
      state.isRecording = false
      let kept = state.history + [state.disk]
      state.history = []
      return kept
    }
  }

  /// Notes that something was said to be durable.
  public func acknowledge(_ what: String) {
    state.withLock { $0.disk.acknowledged.append(what) }
  }

  /// Lets time pass, in seconds.
  public func advance(by seconds: Int64) { state.withLock { $0.clock += seconds } }

  /// Seconds since 1970, as files get them.
  public var now: Int64 { state.withLock { $0.clock } }

  /// Changes bytes under the hands of the store, durably.
  public func damage(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
    try state.withLock { state in
      let node = try state.disk.node(path)
      guard case .file(var file)? = state.disk.nodes[node]?.body else { throw Errno.isDirectory }
      change(&file.current)
      file.synced = file.current
      file.changes = []
      state.disk.nodes[node]?.body = .file(file)
    }
  }

  /// The content of a file; nil where there is none.
  public func content(_ path: String) -> [UInt8]? {
    state.withLock { state in
      guard let node = try? state.disk.node(path),
        case .file(let file)? = state.disk.nodes[node]?.body
      else { return nil }
      return file.current
    }
  }

  private func call<Value: Sendable>(
    _ body: (inout State) throws(Errno) -> Value
  ) throws(Errno) -> Value {
    try state.withLock { (state: inout State) throws(Errno) -> Value in try body(&state) }
  }

  private func changing<Value: Sendable>(
    _ body: (inout State) throws(Errno) -> Value
  ) throws(Errno) -> Value {
    try call { (state: inout State) throws(Errno) -> Value in
      if state.isRecording { state.history.append(state.disk) }
      return try body(&state)
    }
  }

  /// See `FileSystem`.
  public func open(_ path: String, flags: Int32, permissions: UInt16) throws(Errno) -> Int32 {
    let isMaking = flags & O_CREAT != 0
    return try call { (state: inout State) throws(Errno) -> Int32 in
      var node: Int
      do throws(Errno) {
        node = try state.disk.node(path)
        if isMaking, flags & O_EXCL != 0 { throw Errno.fileExists }
      } catch .noSuchFileOrDirectory where isMaking {
        let (folder, name) = try state.disk.place(path)
        if state.isRecording { state.history.append(state.disk) }
        node = state.disk.make(
          .file(.init()), permissions: permissions, modified: state.clock * 1_000_000_000)
        state.disk.change([.init(folder: folder, name: name, node: node)])
      }
      if case .folder? = state.disk.nodes[node]?.body {
        if flags & O_ACCMODE != O_RDONLY { throw Errno.isDirectory }
      } else if flags & O_DIRECTORY != 0 {
        throw Errno.notDirectory
      }
      return state.descriptor(Open(node: node, isAppending: flags & O_APPEND != 0))
    }
  }

  /// See `FileSystem`.
  public func openUnnamed(in folder: String, permissions: UInt16) throws(Errno) -> Int32 {
    try changing { (state: inout State) throws(Errno) -> Int32 in
      _ = try state.disk.node(folder)
      let node = state.disk.make(
        .file(.init()), permissions: permissions, modified: state.clock * 1_000_000_000)
      return state.descriptor(Open(node: node))
    }
  }

  /// See `FileSystem`.
  public func linkUnnamed(_ descriptor: Int32, to path: String) throws(Errno) {
    if lacking.contains(.links) { throw .notPermitted }
    try changing { (state: inout State) throws(Errno) in
      try state.disk.link(try state.opened(descriptor).node, to: path)
    }
  }

  /// See `FileSystem`.
  public func link(_ path: String, to other: String) throws(Errno) {
    if lacking.contains(.links) { throw .notPermitted }
    try changing { (state: inout State) throws(Errno) in
      try state.disk.link(try state.disk.node(path), to: other)
    }
  }

  /// See `FileSystem`.
  public func close(_ descriptor: Int32) {
    state.withLock { state in
      let node = state.open.removeValue(forKey: descriptor)?.node
      if let node, state.locks[node] == descriptor { state.locks[node] = nil }
    }
  }

  /// See `FileSystem`.
  public func read(
    _ descriptor: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    let bytes = try call { (state: inout State) throws(Errno) -> [UInt8] in
      let node = try state.opened(descriptor).node
      guard case .file(let file)? = state.disk.nodes[node]?.body else { throw Errno.isDirectory }
      return file.current
    }
    guard offset < bytes.count else { return 0 }
    let piece = bytes[Int(offset)...].prefix(buffer.count)
    buffer.copyBytes(from: piece)
    return piece.count
  }

  /// See `FileSystem`.
  public func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    let content = Array(bytes)
    return try changing { (state: inout State) throws(Errno) -> Int in
      var open = try state.opened(descriptor)
      guard case .file(var file)? = state.disk.nodes[open.node]?.body else {
        throw Errno.isDirectory
      }
      let offset = open.isAppending ? file.current.count : open.offset
      file.current.apply(.bytes(at: offset, content))
      file.changes.append(.bytes(at: offset, content))
      open.offset = offset + content.count
      state.open[descriptor] = open
      state.disk.nodes[open.node]?.body = .file(file)
      state.disk.nodes[open.node]?.modified = state.clock * 1_000_000_000
      return content.count
    }
  }

  /// See `FileSystem`.
  public func copyRange(
    from source: Int32, at offset: UInt64, count: UInt64, to target: Int32
  ) throws(Errno) -> UInt64 { throw Errno.notSupported }

  /// See `FileSystem`.
  public func clone(_ source: Int32, to target: Int32) throws(Errno) { throw Errno.notSupported }

  /// See `FileSystem`.
  public func seekToEnd(_ descriptor: Int32) throws(Errno) {
    try call { (state: inout State) throws(Errno) in
      var open = try state.opened(descriptor)
      if case .file(let file)? = state.disk.nodes[open.node]?.body {
        open.offset = file.current.count
      }
      state.open[descriptor] = open
    }
  }

  /// See `FileSystem`.
  public func truncate(_ descriptor: Int32, to size: UInt64) throws(Errno) {
    try changing { (state: inout State) throws(Errno) in
      let node = try state.opened(descriptor).node
      guard case .file(var file)? = state.disk.nodes[node]?.body else { throw Errno.isDirectory }
      file.current.apply(.size(Int(size)))
      file.changes.append(.size(Int(size)))
      state.disk.nodes[node]?.body = .file(file)
    }
  }

  /// See `FileSystem`.
  public func startWriteback(_ descriptor: Int32) {}

  /// See `FileSystem`.
  public func synchronize(_ descriptor: Int32) throws(Errno) {
    try changing { (state: inout State) throws(Errno) in
      state.disk.synchronize(try state.opened(descriptor).node)
    }
  }

  /// See `FileSystem`.
  public func synchronizeAll(_ descriptor: Int32) throws(Errno) {
    try changing { (state: inout State) throws(Errno) in state.disk.synchronizeAll() }
  }

  /// See `FileSystem`.
  public func rename(_ path: String, to other: String) throws(Errno) {
    try changing { (state: inout State) throws(Errno) in
      try state.disk.rename(path, to: other, mayReplace: true)
    }
  }

  /// See `FileSystem`.
  public func renameNew(_ path: String, to other: String) throws(Errno) {
    if lacking.contains(.renamesToNew) { throw .invalidArgument }
    try changing { (state: inout State) throws(Errno) in
      try state.disk.rename(path, to: other, mayReplace: false)
    }
  }

  /// See `FileSystem`.
  public func remove(_ path: String) throws(Errno) {
    try changing { (state: inout State) throws(Errno) in
      let node = try state.disk.node(path)
      if case .folder? = state.disk.nodes[node]?.body { throw Errno.isDirectory }
      let (folder, name) = try state.disk.place(path)
      state.disk.change([.init(folder: folder, name: name, node: nil)])
    }
  }

  /// See `FileSystem`.
  public func setPermissions(_ path: String, to permissions: UInt16) throws(Errno) {
    try changing { (state: inout State) throws(Errno) in
      state.disk.nodes[try state.disk.node(path)]?.permissions = permissions
    }
  }

  /// See `FileSystem`.
  public func makeDirectory(_ path: String, permissions: UInt16) throws(Errno) {
    try changing { (state: inout State) throws(Errno) in
      let (folder, name) = try state.disk.place(path)
      if state.disk.current[folder]?[name] != nil { throw Errno.fileExists }
      let node = state.disk.make(
        .folder, permissions: permissions & 0o755, modified: state.clock * 1_000_000_000)
      state.disk.change([.init(folder: folder, name: name, node: node)])
    }
  }

  /// See `FileSystem`.
  public func info(_ path: String, followingLink: Bool) throws(Errno) -> FileInfo {
    try call { (state: inout State) throws(Errno) -> FileInfo in
      state.disk.info(try state.disk.node(path))
    }
  }

  /// See `FileSystem`.
  public func info(of descriptor: Int32) throws(Errno) -> FileInfo {
    try call { (state: inout State) throws(Errno) -> FileInfo in
      state.disk.info(try state.opened(descriptor).node)
    }
  }

  /// See `FileSystem`.
  public func eachName(in folder: String, _ body: (FileName) -> Void) throws(Errno) {
    let names = try call { (state: inout State) throws(Errno) -> [String] in
      let node = try state.disk.node(folder)
      guard let entries = state.disk.current[node] else { throw Errno.notDirectory }
      return entries.keys.sorted()
    }
    for name in names { body(.text(name)) }
  }

  /// See `FileSystem`.
  public func resolve(_ path: String) throws(Errno) -> String {
    _ = try call { (state: inout State) throws(Errno) in try state.disk.node(path) }
    return "/" + path.split(separator: "/").joined(separator: "/")
  }

  /// See `FileSystem`.
  public func isWritable(_ path: String) -> Bool { true }

  /// See `FileSystem`.
  public func lock(_ descriptor: Int32, wait: Bool) throws(Errno) -> Bool {
    while true {
      let isTaken = try call { (state: inout State) throws(Errno) -> Bool in
        let node = try state.opened(descriptor).node
        if let holder = state.locks[node], holder != descriptor { return false }
        state.locks[node] = descriptor
        return true
      }
      if isTaken || !wait { return isTaken }
      sched_yield()
    }
  }

  /// See `FileSystem`.
  public func isLocked(_ descriptor: Int32) throws(Errno) -> Bool {
    try call { (state: inout State) throws(Errno) -> Bool in
      let holder = state.locks[try state.opened(descriptor).node]
      return holder != nil && holder != descriptor
    }
  }
}

extension MemoryFileSystem.State {
  fileprivate mutating func descriptor(_ open: MemoryFileSystem.Open) -> Int32 {
    nextDescriptor += 1
    self.open[nextDescriptor] = open
    return nextDescriptor
  }

  fileprivate func opened(_ descriptor: Int32) throws(Errno) -> MemoryFileSystem.Open {
    guard let found = open[descriptor] else { throw .badFileDescriptor }
    return found
  }
}
