import CSpawn
import Files
import Glibc
import Ingress
import SystemPackage

/// Tells the ingress where services answer, and finds out when it goes by that.
final class RouteBoard {
  // An ingress that says nothing for so long is not waited for.
  private static let patience = 2000
  private static let look = 5

  private let loop: PollLoop
  private let folder: SupervisorFolder
  private let files = LinuxFileSystem()
  private var table: RouteTable
  private var publication: PollLoop.Timer?
  private let complain: (String) -> Void

  init(_ folder: SupervisorFolder, on loop: PollLoop, complain: @escaping (String) -> Void) {
    self.folder = folder
    self.loop = loop
    self.complain = complain
    let last = (try? files.contents(of: folder.routes, limit: 64 << 20)).flatMap { $0 }
      .flatMap { RouteTable(String(decoding: $0, as: UTF8.self)) }
    // Services are named again by whoever has them.
    table = RouteTable(generation: last?.generation ?? 0)
  }

  /// A service answers at a port, or nowhere. All that changes in one go becomes one file.
  ///
  /// - Returns: the generation that says so.
  @discardableResult
  func set(_ service: String, _ port: UInt16?) -> Int64 {
    guard table.ports[service] != .some(port) else {
      return table.generation + (publication == nil ? 0 : 1)
    }
    table.ports.updateValue(port, forKey: service)
    if publication == nil { publication = loop.after(0) { [unowned self] in publish() } }
    return table.generation + 1
  }

  /// Writes the routes now.
  func publish() {
    publication = nil
    table.generation += 1
    do throws(FileError) {
      let fresh = "\(folder.routesFolder)/.\(try RandomName.make())"
      let file = try files.openFile(fresh, [.write, .new], permissions: 0o600)
      // The folder is closed to all but the ingress, whose user is another one.
      fchmod(file.descriptor, 0o644)
      try file.write(Array(table.text.utf8))
      // Not synchronised: after a crash of the machine it is written again before anybody reads it.
      try files.renameIfAny(fresh, to: folder.routes)
    } catch {
      complain("the routes cannot be written: \(error)")
    }
  }

  /// Calls `body` once each ingress goes by a generation, or does not say so in time.
  func whenSeen(_ generation: Int64, _ body: @escaping () -> Void) {
    wait(until: PollLoop.now + Self.patience, { $0.generation >= generation }, body)
  }

  /// Calls `body` once each ingress goes by a generation and has no request in flight at a port that is
  /// not in it, or so many milliseconds are over.
  func whenIdle(
    _ port: UInt16, _ generation: Int64, within milliseconds: Int, _ body: @escaping () -> Void
  ) {
    wait(
      until: PollLoop.now + milliseconds,
      { $0.generation >= generation && !$0.busy.contains(port) }, body)
  }

  private func wait(
    until end: Int, _ isDone: @escaping (IngressStatus) -> Bool, _ body: @escaping () -> Void
  ) {
    // Not at once: what was set is not written yet.
    loop.after(1) { [unowned self] in
      if ingresses.allSatisfy({ isDone($0.status) }) || PollLoop.now >= end { return body() }
      loop.after(Self.look) { [unowned self] in wait(until: end, isDone, body) }
    }
  }

  /// Every ingress that runs, and what it says.
  var ingresses: [(process: pid_t, status: IngressStatus)] {
    var found: [(process: pid_t, status: IngressStatus)] = []
    for name in (try? files.namesIfAny(in: folder.routesFolder)) ?? []
    where name.hasPrefix(IngressStatus.filePrefix) {
      guard let process = pid_t(name.dropFirst(IngressStatus.filePrefix.count)) else { continue }
      let path = "\(folder.routesFolder)/\(name)"
      // One that was killed takes nothing with it.
      guard Glibc.kill(process, 0) == 0 || errno == EPERM else {
        unlink(path)
        continue
      }
      guard let bytes = try? files.contents(of: path, limit: 1 << 20),
        let status = IngressStatus(String(decoding: bytes, as: UTF8.self))
      else { continue }
      found.append((process, status))
    }
    return found
  }
}
