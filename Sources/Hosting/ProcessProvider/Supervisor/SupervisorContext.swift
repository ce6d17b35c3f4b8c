import Files
import Glibc

/// What all services of a supervisor share.
final class SupervisorContext {
  let loop: PollLoop
  let folder: SupervisorFolder
  let seal: StateSeal
  let routes: RouteBoard
  let limits: ServiceLimits
  let users: UserNumbers
  let groups: ControlGroups?
  let log: (String) -> Void

  init(
    loop: PollLoop, folder: SupervisorFolder, seal: StateSeal, limits: ServiceLimits,
    log: @escaping (String) -> Void
  ) {
    self.loop = loop
    self.folder = folder
    self.seal = seal
    self.limits = limits
    self.log = log
    routes = RouteBoard(folder, on: loop, complain: log)
    users = UserNumbers()
    groups = ControlGroups.find(for: folder.root)
  }
}

/// User ids for services, each of its own, where we may give them.
final class UserNumbers {
  // Above those of people and of most ranges for containers.
  private static let first: UInt32 = 2_000_000
  private var taken: Set<UInt32> = []

  /// Whether services have users of their own.
  let areGiven = geteuid() == 0

  /// Notes one that a service has already.
  func note(_ user: UInt32) { taken.insert(user) }

  /// One that no service has; nil where none are given.
  func make() -> UInt32? {
    guard areGiven else { return nil }
    var user = Self.first
    while taken.contains(user) { user += 1 }
    taken.insert(user)
    return user
  }
}
