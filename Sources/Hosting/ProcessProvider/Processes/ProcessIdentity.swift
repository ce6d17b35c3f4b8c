import CSpawn
import Files
import Glibc

/// A process that cannot be mistaken for a later one of the same number.
struct ProcessIdentity: Sendable, Hashable {
  /// Its number.
  var id: pid_t
  /// When it started, in ticks since the machine did.
  var start: UInt64

  /// Which start of the machine that is.
  static let boot: String = {
    let path = "/proc/sys/kernel/random/boot_id"
    let bytes = try? LinuxFileSystem().contents(of: path, limit: 4096, .anyKind)
    return String(decoding: (bytes ?? nil) ?? [], as: UTF8.self)
      .split(separator: "\n").first.map(String.init) ?? ""
  }()

  /// A process that runs; nil where there is none, or only its remains.
  init?(running id: pid_t) {
    guard let start = Self.start(of: id) else { return nil }
    self.init(id: id, start: start)
  }

  init(id: pid_t, start: UInt64) {
    self.id = id
    self.start = start
  }

  /// A descriptor of the process; nil where it is gone.
  func open() -> Int32? {
    let descriptor = cspawn_open_process(id)
    guard descriptor >= 0 else { return nil }
    // Looked at when nobody else can get the number any more.
    guard Self.start(of: id) == start else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Reference: proc_pid_stat(5), fields 3 and 22.
  private static func start(of id: pid_t) -> UInt64? {
    guard
      let bytes = try? LinuxFileSystem().contents(of: "/proc/\(id)/stat", limit: 4096, .anyKind),
      // The name before that may hold anything.
      let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, fields[0].first != UInt8(ascii: "Z") else { return nil }
    return UInt64(String(decoding: fields[19], as: UTF8.self))
  }
}
