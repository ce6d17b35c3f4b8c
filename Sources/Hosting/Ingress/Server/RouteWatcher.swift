import Files
import Glibc
import NIOCore
import Synchronization
import SystemPackage
import Threads

/// Keeps the event loops up to date with the file of routes, and tells in a file of the ingress's own
/// how far they are.
final class RouteWatcher: Sendable {
  private static let limit = 64 << 20
  // Milliseconds between two looks, should the kernel tell us nothing.
  private static let look: Int32 = 100
  private static let lookWhileBusy: Int32 = 5

  private let folder: String
  private let port: UInt16
  private let states: [NIOLoopBound<LoopState>]
  private let loops: [any EventLoop]
  private let notice: @Sendable (String) -> Void
  private let isOver = Atomic<Bool>(false)
  private let isRunning = Monitor(true)
  private let files = LinuxFileSystem()

  /// - Parameter port: where the ingress listens.
  init(
    _ folder: String, port: UInt16, loops: [any EventLoop], states: [NIOLoopBound<LoopState>],
    notice: @escaping @Sendable (String) -> Void
  ) {
    self.folder = folder
    self.port = port
    self.loops = loops
    self.states = states
    self.notice = notice
  }

  private var path: String { "\(folder)/routes" }
  private var statusPath: String { "\(folder)/\(IngressStatus.filePrefix)\(getpid())" }

  /// Reads the routes, and goes on watching them on a thread of its own; false where there is none.
  func start() -> Bool {
    let notifier = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    if notifier >= 0 {
      inotify_add_watch(notifier, folder, UInt32(IN_MOVED_TO | IN_CLOSE_WRITE))
    }
    let watch = Watch(notifier)
    refresh(watch)
    let isStarted = StartedThread.detached { [self] in
      while !isOver.load(ordering: .relaxed) {
        watch.wait(watch.status.busy.isEmpty ? Self.look : Self.lookWhileBusy)
        refresh(watch)
      }
      unlink(statusPath)
      watch.end()
      isRunning.withLock { $0 = false }
    }
    if isStarted { return true }
    isRunning.withLock { $0 = false }
    watch.end()
    return false
  }

  /// Ends the thread, and removes what was told.
  func stop() {
    isOver.store(true, ordering: .relaxed)
    isRunning.wait { $0 ? nil : () }
  }

  /// What the thread knows; touched by one thread at a time.
  private final class Watch: @unchecked Sendable {
    // Unchecked: used by the thread that starts the watcher before it starts the other one, and by
    // that one alone from then on.
    let notifier: Int32
    var seen: FileInfo?
    var status = IngressStatus(generation: 0, port: 0)

    init(_ notifier: Int32) { self.notifier = notifier }

    func wait(_ milliseconds: Int32) {
      var entry = pollfd(fd: notifier, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, milliseconds) > 0 else { return }
      var room = [UInt8](repeating: 0, count: 4096)
      while read(notifier, &room, room.count) > 0 {}
    }

    func end() { if notifier >= 0 { close(notifier) } }
  }

  private func refresh(_ watch: Watch) {
    var status = watch.status
    status.port = port
    if let table = changed(watch) {
      apply(table)
      status.generation = table.generation
    }
    status.busy = busy()
    guard status != watch.status, tell(status) else { return }
    watch.status = status
  }

  // The file that was last read is told by what cannot be the same in another one.
  private func changed(_ watch: Watch) -> RouteTable? {
    do {
      guard let info = try files.infoIfAny(path), info != watch.seen,
        let bytes = try files.contents(of: path, limit: Self.limit)
      else { return nil }
      watch.seen = info
      guard let table = RouteTable(String(decoding: bytes, as: UTF8.self)) else {
        notice("\(path) is no file of routes: the routes before it stay in force")
        return nil
      }
      return table
    } catch {
      notice("\(error): the routes before it stay in force")
      return nil
    }
  }

  // Returns when no loop begins a request by the old ones any more.
  private func apply(_ table: RouteTable) {
    let futures = zip(loops, states).map { loop, state in
      loop.submit { state.value.apply(table) }
    }
    for future in futures { try? future.wait() }
  }

  private func busy() -> Set<UInt16> {
    let futures = zip(loops, states).map { loop, state in loop.submit { state.value.busy } }
    return futures.reduce(into: []) { $0.formUnion((try? $1.wait()) ?? []) }
  }

  private func tell(_ status: IngressStatus) -> Bool {
    do throws(FileError) {
      let fresh = "\(folder)/.\(try RandomName.make())"
      let file = try files.openFile(fresh, [.write, .new], permissions: 0o600)
      try file.write(Array(status.text.utf8))
      try files.renameIfAny(fresh, to: statusPath)
      return true
    } catch {
      notice("the state of the ingress cannot be written: \(error)")
      return false
    }
  }
}
