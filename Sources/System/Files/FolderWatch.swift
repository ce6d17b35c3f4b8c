import Glibc
import SystemPackage

/// Sees when something below a folder is written, made, moved or removed, without looking for it.
///
/// One thread reads it. Folders that are made later are watched as well, those whose names start with
/// a dot are not. What is told is that something changed, not what: whoever asks reads the files again.
/// Reference: inotify(7).
public final class FolderWatch {
  /// Ready to be read where something changed, for `poll(2)`.
  public let descriptor: Int32
  private let leftOut: Set<String>
  private var folders: [Int32: String] = [:]

  private static let mask =
    UInt32(IN_CLOSE_WRITE) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM)
    | UInt32(IN_DELETE) | UInt32(IN_ONLYDIR)
  // More folders than any handler has: of a tree that has more the rest is not seen.
  private static let mostFolders = 4096

  /// Watches a folder and what is below it.
  /// - Parameter leavingOut: names of folders that are not looked into.
  public init(_ root: String, leavingOut: Set<String>) throws(FileError) {
    leftOut = leavingOut
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else {
      throw FileError(Errno(rawValue: errno), call: "watch", path: root)
    }
    guard add(root) else { throw FileError(Errno(rawValue: errno), call: "watch", path: root) }
    addFolders(below: root)
  }

  deinit { close(descriptor) }

  /// Takes what was seen so far.
  /// - Returns: whether there was anything. Folders that came are watched from here on.
  public func take() -> Bool {
    var isChanged = false
    // Whole events, of which a name is 255 bytes at most.
    let size = 64 << 10
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, size)
      guard count > 0 else { return isChanged }
      isChanged = true
      var offset = 0
      let head = MemoryLayout<inotify_event>.size
      while offset + head <= count {
        let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
        let bytes = buffer[(offset + head)..<min(count, offset + head + Int(event.len))]
        note(event, String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
        offset += head + Int(event.len)
      }
    }
  }

  /// Waits until something changes, then until nothing did for a moment: an editor that saves writes
  /// more than once.
  /// - Parameter settle: how long that moment is, in milliseconds.
  public func wait(settle: Int32 = 30) {
    while !isReady(-1) || !take() {}
    while isReady(settle) { _ = take() }
  }

  private func isReady(_ milliseconds: Int32) -> Bool {
    var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waited, 1, milliseconds) > 0
  }

  private func note(_ event: inotify_event, _ name: String) {
    if event.mask & UInt32(IN_IGNORED) != 0 { folders[event.wd] = nil }
    guard event.mask & UInt32(IN_ISDIR) != 0, let folder = folders[event.wd],
      event.mask & (UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)) != 0, isWanted(name)
    else { return }
    let path = "\(folder)/\(name)"
    if add(path) { addFolders(below: path) }
  }

  private func isWanted(_ name: String) -> Bool { !name.hasPrefix(".") && !leftOut.contains(name) }

  private func add(_ path: String) -> Bool {
    guard folders.count < Self.mostFolders else { return true }
    let watch = inotify_add_watch(descriptor, path, Self.mask)
    if watch >= 0 { folders[watch] = path }
    return watch >= 0
  }

  private func addFolders(below root: String) {
    let system = LinuxFileSystem()
    var waiting = [root]
    while let folder = waiting.popLast() {
      // What went away meanwhile is nothing to watch.
      for name in (try? system.namesIfAny(in: folder)) ?? [] where isWanted(name) {
        let path = "\(folder)/\(name)"
        guard let info = try? system.infoIfAny(path), info.kind == .directory else { continue }
        if add(path) { waiting.append(path) }
      }
    }
  }
}
