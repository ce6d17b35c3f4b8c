import ContentStore
import Files
import Glibc

extension ContentStore {
  /// The lock; a test that would have to wait for itself fails instead of standing still.
  ///
  /// A child process that is being started elsewhere in the tests' process has all our open files until
  /// it runs its program, and with them a lock that was just released. Its holder has no name then, or,
  /// after a crash that a test plays, the name of one that is gone.
  public func lockForTest() throws -> WriterLock {
    try lockForWriting(command: "test") { holder in
      if holder != nil { requireEnd(of: layout.lock) }
    }
  }

  private func requireEnd(of path: String) {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
      // Closing it gives it back.
      if let file = try? LinuxFileSystem().openFile(path, [.write]),
        (try? file.lock(wait: false)) == true
      {
        return
      }
      usleep(10_000)
    }
    preconditionFailure("a writer of this test is alive")
  }
}
