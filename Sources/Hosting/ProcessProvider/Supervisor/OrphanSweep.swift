import Files
import Glibc

/// Ends processes that nobody wrote down: of a supervisor that was killed after it had started one and
/// before that was on the disk. They are found by the pipes that they print to.
struct OrphanSweep {
  private let folder: SupervisorFolder
  private let files = LinuxFileSystem()

  init(_ folder: SupervisorFolder) { self.folder = folder }

  /// Comes before anything is started.
  func run() {
    let pipes = (try? files.namesIfAny(in: folder.pipes)) ?? []
    guard !pipes.isEmpty else { return }
    let known = documents()
    let unknown = Set(pipes.filter { !known.contains($0) }.map { "\(folder.pipes)/\($0)" })
    guard !unknown.isEmpty else { return }
    for name in (try? files.namesIfAny(in: "/proc")) ?? [] {
      guard let process = pid_t(name), let output = output(of: process), unknown.contains(output)
      else { continue }
      kill(process, SIGKILL)
    }
    for pipe in unknown { unlink(pipe) }
  }

  // Every name of a pipe that is written down, also where the rest cannot be read any more.
  private func documents() -> Set<String> {
    let states = ((try? files.namesIfAny(in: folder.services)) ?? [])
      .map { "\(folder.services)/\($0)" }
    var found: Set<String> = []
    for path in states + [folder.ingress] {
      let bytes = (try? files.contents(of: path, limit: ServiceState.limit)).flatMap(\.self) ?? []
      for word in bytes.split(separator: UInt8(ascii: "\"")) {
        found.insert(String(decoding: word, as: UTF8.self))
      }
    }
    return found
  }

  private func output(of process: pid_t) -> String? {
    var room = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/\(process)/fd/1", &room, room.count - 1)
    guard count > 0 else { return nil }
    return String(decoding: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
