import Digests
import Files
import Glibc
import SystemPackage

/// Bounds of memory and of threads that hold for all of a service's processes together, where the
/// machine has cgroups that we may make.
///
/// Either hierarchy is used: the unified one, where its controllers are handed to us, or the two older
/// ones. Where there is neither, the limits of each process have to do.
struct ControlGroups {
  private struct Hierarchy {
    var folder: String
    var memory: String?
    var processes: String?
  }

  private static let root = "/sys/fs/cgroup"
  private let hierarchies: [Hierarchy]
  // Two supervisors may have services of one name.
  private let owner: String

  /// What there is; nil for nothing.
  ///
  /// - Parameter owner: the supervisor's folder.
  static func find(for owner: String) -> ControlGroups? {
    let unified = Hierarchy(
      folder: "\(root)/zigttp-services", memory: "memory.max", processes: "pids.max")
    let older = [
      Hierarchy(
        folder: "\(root)/memory/zigttp-services", memory: "memory.limit_in_bytes", processes: nil),
      Hierarchy(folder: "\(root)/pids/zigttp-services", memory: nil, processes: "pids.max"),
    ]
    if access("\(root)/cgroup.controllers", F_OK) == 0 {
      guard make(unified.folder), turnOn(root), turnOn(unified.folder) else { return nil }
      return ControlGroups(hierarchies: [unified], owner: owner)
    }
    let usable = older.filter { make($0.folder) }
    return usable.isEmpty ? nil : ControlGroups(hierarchies: usable, owner: owner)
  }

  /// The files that a process's id has to be written to for it to be bound, open, and as many as there
  /// are hierarchies; none where they cannot be made.
  func members(of service: String, _ limits: ServiceLimits) -> [SharedFile] {
    hierarchies.compactMap { hierarchy in
      let folder = folder(of: service, in: hierarchy)
      guard Self.make(folder) else { return nil }
      if let file = hierarchy.memory { Self.write("\(limits.memory)", to: "\(folder)/\(file)") }
      if let file = hierarchy.processes {
        Self.write("\(limits.processes)", to: "\(folder)/\(file)")
      }
      let path = "\(folder)/cgroup.procs"
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      return SharedFile(OpenFile(descriptor, path: path, fileSystem: LinuxFileSystem()))
    }
  }

  /// Removes what was made for a service, once nothing of it runs.
  func remove(_ service: String) {
    for hierarchy in hierarchies { rmdir(folder(of: service, in: hierarchy)) }
  }

  private func folder(of service: String, in hierarchy: Hierarchy) -> String {
    let name = Digest.sha256(of: Array("\(owner)\n\(service)".utf8)).hex
    return "\(hierarchy.folder)/\(name.prefix(32))"
  }

  private static func make(_ folder: String) -> Bool {
    mkdir(folder, 0o755) == 0 || errno == EEXIST
  }

  private static func turnOn(_ folder: String) -> Bool {
    write("+memory +pids", to: "\(folder)/cgroup.subtree_control")
  }

  @discardableResult
  private static func write(_ text: String, to path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count
  }
}
