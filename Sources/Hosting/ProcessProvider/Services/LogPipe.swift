import CSpawn
import Files
import Glibc
import SystemPackage

/// What one process prints, line by line into its service's ring.
///
/// The pipe has a name, so that the next supervisor can go on reading it. So much of it is read a
/// tenth of a second, and no more: a process that prints faster finds the pipe full, and does what it
/// does then (the runtime drops lines and tells how many).
final class LogPipe {
  private static let mostLineBytes = 16 << 10
  private static let budget = 256 << 10
  private static let period = 100

  private let loop: PollLoop
  private let ring: LogRing
  private let path: String
  private let descriptor: Int32
  private var partial: [UInt8] = []
  private var spent = 0
  private var periodEnd = 0
  private var pause: PollLoop.Timer?

  /// Makes the pipe, or opens the one that is there.
  ///
  /// - Throws: the call that failed, with `path`.
  init(_ path: String, into ring: LogRing, on loop: PollLoop) throws(FileError) {
    // For reading and writing: without a writer it would be at its end again and again.
    if cspawn_make_pipe(path) != 0, errno != EEXIST {
      throw FileError(Errno(rawValue: errno), call: "mkfifo", path: path)
    }
    descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      throw FileError(Errno(rawValue: errno), call: "open", path: path)
    }
    (self.path, self.ring, self.loop) = (path, ring, loop)
    watch()
  }

  /// The end that a process writes to. It waits for room, whatever our end does.
  func openWriter() throws(FileError) -> OpenFile {
    let writer = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard writer >= 0 else {
      throw FileError(Errno(rawValue: errno), call: "open", path: path)
    }
    return OpenFile(writer, path: path, fileSystem: LinuxFileSystem())
  }

  /// Reads what is left, and removes the pipe.
  func finish() {
    loop.cancel(pause)
    loop.unwatch(descriptor)
    // A pipe holds less than that.
    for _ in 0..<16 where readOnce() > 0 {}
    if !partial.isEmpty { endLine() }
    close(descriptor)
    unlink(path)
  }

  private func watch() {
    loop.watch(descriptor, .reading) { [unowned self] in read() }
  }

  private func read() {
    let now = PollLoop.now
    if now >= periodEnd { (spent, periodEnd) = (0, now + Self.period) }
    spent += max(0, readOnce())
    guard spent >= Self.budget else { return }
    loop.unwatch(descriptor)
    pause = loop.after(max(1, periodEnd - now)) { [unowned self] in watch() }
  }

  private func readOnce() -> Int {
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 { take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
      return count
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      keep(rest[..<end])
      endLine()
      rest = rest[(end + 1)...]
    }
    keep(rest)
  }

  // What is longer than a line may be is cut.
  private func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
    partial += bytes.prefix(max(0, Self.mostLineBytes - partial.count))
  }

  private func endLine() {
    ring.append(String(decoding: partial, as: UTF8.self))
    partial.removeAll(keepingCapacity: true)
  }
}
