import Encodings
import Files
import Glibc

/// How the program of a handler's image is started: as the image says, at a port of ours, in the
/// unpacked image's folder, with nothing of our environment.
enum HandlerLaunch {
  private static let program = "zigttp-runtime"
  private static let certificates = "etc/ssl/certs/ca-certificates.crt"
  /// What the C library looks hosts up by, and a program finds out of the machine.
  static let system = [
    "/proc/self", "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf",
    "/etc/gai.conf", "/etc/services", "/etc/localtime", "/dev/urandom", "/sys/fs/cgroup",
  ]
  /// Of a program that is not static: of a development build.
  static let libraries = ["/lib", "/lib64", "/usr", "/opt", "/etc/ld.so.cache"]

  static func make(
    _ order: ServiceOrder, port: UInt16, _ context: SupervisorContext
  ) -> Launch {
    let folder = "\(context.folder.images)/\(order.folder)"
    let limits = context.limits
    var environment = order.environment
    // The image has its own, at a place that is another one here.
    if environment["SSL_CERT_FILE"] == nil { environment["SSL_CERT_FILE"] = certificates }
    let drain = max(1, limits.stopMilliseconds / 1000 - 2)
    let isStatic = ProgramFile.isStatic("\(folder)/\(program)")
    return Launch(
      program: "./\(program)",
      arguments: [
        program, "serve", "app", "--host", "127.0.0.1", "--port", "\(port)", "--no-env-file",
        "--drain-timeout", "\(drain)", "--deny-private-egress",
      ] + order.privateHosts.flatMap { ["--allow-private-egress", $0] },
      environment: environment, folder: folder,
      confinement: Launch.Confinement(
        readable: ["."] + system + (isStatic ? [] : libraries), writable: ["/dev/null"], port: port),
      limits: Launch.Limits(
        addressSpace: limits.addressSpace, openFiles: limits.openFiles,
        processes: context.users.areGiven ? limits.processes : nil, fileSize: 0))
  }
}

/// What a program's file says of how it is loaded.
enum ProgramFile {
  /// Whether it needs no other file to run.
  ///
  /// Reference: System V ABI, "Program Header", PT_INTERP.
  static func isStatic(_ path: String) -> Bool {
    guard let file = try? LinuxFileSystem().openFile(path),
      let header = try? file.read(at: 0, count: 64), header.count == 64
    else { return false }
    let (offset, size, count) = (
      number(header, 32, 8), number(header, 54, 2), number(header, 56, 2)
    )
    guard size >= 56, count > 0, count <= 64,
      let table = try? file.read(at: UInt64(offset), count: size * count),
      table.count == size * count
    else { return false }
    return !(0..<count).contains { number(table, $0 * size, 4) == 3 }
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
    bytes[offset..<(offset + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
