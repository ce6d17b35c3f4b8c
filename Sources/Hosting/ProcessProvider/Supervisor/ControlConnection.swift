import CSpawn
import Files
import Glibc
import SystemPackage

/// The socket that a supervisor is asked at: only for its owner.
final class ControlListener {
  private let loop: PollLoop
  private let folder: SupervisorFolder
  private let descriptor: Int32
  private let receive: ([UInt8], ControlConnection) -> Void

  /// Listens.
  ///
  /// - Parameter receive: gets each line without its end, and whom to answer.
  init(
    _ folder: SupervisorFolder, on loop: PollLoop,
    receive: @escaping ([UInt8], ControlConnection) -> Void
  ) throws {
    (self.folder, self.loop, self.receive) = (folder, loop, receive)
    let place = try LinuxFileSystem().openFolder(folder.root)
    // Under another name first: whoever finds the socket finds somebody at it.
    let fresh = ".\(SupervisorFolder.socketName)"
    unlink("\(folder.root)/\(fresh)")
    descriptor = socket(
      AF_UNIX,
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue),
      0)
    guard descriptor >= 0,
      SocketPath.call("/proc/self/fd/\(place.descriptor)/\(fresh)", { bind(descriptor, $0, $1) })
        == 0,
      chmod("\(folder.root)/\(fresh)", 0o600) == 0, listen(descriptor, 64) == 0,
      rename("\(folder.root)/\(fresh)", "\(folder.root)/\(SupervisorFolder.socketName)") == 0
    else {
      let reason = String(cString: strerror(errno))
      throw Supervisor.Failure(description: "cannot listen in \(folder.root): \(reason)")
    }
    loop.watch(descriptor, .reading) { [unowned self] in accept() }
  }

  /// Listens no more.
  func close() {
    loop.unwatch(descriptor)
    unlink("\(folder.root)/\(SupervisorFolder.socketName)")
    Glibc.close(descriptor)
  }

  private func accept() {
    let other = Glibc.accept(descriptor, nil, nil)
    guard other >= 0 else { return }
    _ = fcntl(other, F_SETFD, FD_CLOEXEC)
    _ = fcntl(other, F_SETFL, O_NONBLOCK)
    // The permissions say so already, where the file system keeps them.
    let peer = cspawn_peer(other)
    guard peer == 0 || peer == Int64(geteuid()) else {
      Glibc.close(other)
      return
    }
    ControlConnection(other, on: loop, receive: receive).begin()
  }
}

/// Addresses of sockets in the file system.
enum SocketPath {
  /// - Returns: -1 for a path that is too long.
  static func call(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var place = sockaddr_un()
    place.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8) + [0]
    let fits = withUnsafeMutableBytes(of: &place.sun_path) { room in
      guard bytes.count <= room.count else { return false }
      room.copyBytes(from: bytes)
      return true
    }
    guard fits else {
      errno = ENAMETOOLONG
      return -1
    }
    return withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

/// Somebody who asks.
final class ControlConnection {
  private static let mostLine = 4 << 20
  // Beyond that, lines of a log that is followed are left out, and counted.
  private static let mostWaiting = 1 << 20

  private let loop: PollLoop
  private let descriptor: Int32
  private let receive: ([UInt8], ControlConnection) -> Void
  private var inbound: [UInt8] = []
  private var outbound: [UInt8] = []
  private var leftOut = 0
  private var isOpen = true

  /// Told when the other side is gone.
  var onClose: (() -> Void)?

  init(
    _ descriptor: Int32, on loop: PollLoop,
    receive: @escaping ([UInt8], ControlConnection) -> Void
  ) {
    (self.descriptor, self.loop, self.receive) = (descriptor, loop, receive)
  }

  /// The loop holds it as long as it is open.
  func begin() { watch() }

  /// Sends an answer.
  func send(_ answer: SupervisorAnswer) {
    guard isOpen else { return }
    outbound += answer.bytes
    write()
  }

  /// Sends a line of a log, if there is room for it.
  func offer(_ line: String) {
    guard outbound.count < Self.mostWaiting else {
      leftOut += 1
      return
    }
    if leftOut > 0 {
      let count = leftOut
      leftOut = 0
      send(.line("zigttp: \(count) lines were left out here: they came faster than they were read"))
    }
    send(.line(line))
  }

  private func watch() {
    guard isOpen else { return }
    let interest: PollLoop.Interest = outbound.isEmpty ? .reading : [.reading, .writing]
    loop.watch(descriptor, interest) { self.go() }
  }

  private func go() {
    read()
    if isOpen, !outbound.isEmpty { write() }
  }

  private func read() {
    var room = [UInt8](repeating: 0, count: 64 << 10)
    let count = Glibc.read(descriptor, &room, room.count)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0, inbound.count + count <= Self.mostLine else { return close() }
    inbound += room[..<count]
    while isOpen, let end = inbound.firstIndex(of: UInt8(ascii: "\n")) {
      let line = Array(inbound[..<end])
      inbound.removeSubrange(...end)
      receive(line, self)
    }
  }

  private func write() {
    while !outbound.isEmpty {
      let count = outbound.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { break }
      guard count > 0 else { return close() }
      outbound.removeFirst(count)
    }
    watch()
  }

  private func close() {
    guard isOpen else { return }
    isOpen = false
    loop.unwatch(descriptor)
    Glibc.close(descriptor)
    onClose?()
    onClose = nil
  }
}
