import Files
import Glibc
import Synchronization
import SystemPackage

/// The process that starts what users deployed, keeps it running, and outlives the server.
///
/// It works on one thread, knows nothing of registries, tokens or plans, and does what it is told at a
/// socket that only its owner may open. All it knows is on the disk before it is said: whoever comes
/// after it goes on with the same processes.
/// Reference: control-plane.md, "The `process` provider".
public enum Supervisor {
  /// How one is set up.
  public struct Options: Sendable {
    /// Its folder; it is made.
    public var folder: SupervisorFolder
    /// The file of the key that seals environments on the disk.
    public var key: String
    /// What each service may take.
    public var limits = ServiceLimits()

    /// Options with what has to be said.
    public init(folder: SupervisorFolder, key: String? = nil) {
      self.folder = folder
      self.key = key ?? folder.key
    }
  }

  /// Why it cannot run.
  public struct Failure: Error, CustomStringConvertible {
    /// In words.
    public var description: String
  }

  /// Supervises until it is told to leave or to end. For a process of its own.
  ///
  /// - Throws: where another one has the folder, or something of its own cannot be read or made.
  public static func run(_ options: Options) throws {
    // What it prints, and whom it talks to, may go away at any time.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGHUP, SIG_IGN)
    umask(0o077)
    try options.folder.make()
    let lock = try claim(options.folder)
    try withExtendedLifetime(lock) {
      let desk = try SupervisorDesk(options)
      desk.resume()
      try desk.serve()
    }
  }

  // One that was told to leave is given the time to.
  private static func claim(_ folder: SupervisorFolder) throws -> SharedFile {
    let lock = SharedFile(
      try LinuxFileSystem().openFile(folder.lock, [.write, .create], permissions: 0o600))
    let end = PollLoop.now + 5000
    while try !lock.file.lock(wait: false) {
      guard PollLoop.now < end else {
        throw Failure(description: "another supervisor has \(folder.root)")
      }
      usleep(10_000)
    }
    return lock
  }
}
