import Files
import Glibc

/// How the ingress is started: it reads what anybody sends, so it is to reach nothing but the routes, what
/// it says of itself, and its port.
enum IngressLaunch {
  // Below those of services.
  private static let user: UInt32 = 1_999_999
  // Ports before it are root's.
  private static let firstOpenPort = 1024

  static func make(_ order: IngressOrder, _ context: SupervisorContext) -> Launch {
    let folder = context.folder.routesFolder
    var user: UInt32?
    if context.users.areGiven, order.port == 0 || order.port >= Self.firstOpenPort {
      user = Self.user
      // The folder above is closed to it; it is started in this one.
      chown(folder, Self.user, Self.user)
    }
    let libraries = ProgramFile.isStatic(order.program) ? [] : HandlerLaunch.libraries
    return Launch(
      program: order.program, arguments: order.arguments, folder: folder, user: user,
      confinement: Launch.Confinement(
        readable: [".", order.program] + HandlerLaunch.system + libraries,
        writable: [".", "/dev/null"], port: order.port),
      // As many connections as the system lets it have.
      limits: Launch.Limits(openFiles: 1 << 16))
  }
}
