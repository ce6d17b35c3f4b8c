import ArgumentParser
import HTTPListener
import ProcessProvider

/// What runs services, and where they answer.
struct ServiceOptions: ParsableArguments {
  /// What runs services.
  enum Kind: String, ExpressibleByArgument, CaseIterable { case process, none }

  /// What passes requests on to them.
  enum Ingress: String, ExpressibleByArgument, CaseIterable {
    case builtIn = "built-in"
    case none
  }

  @Option(help: "process: services are processes of this machine. none: something else runs them.")
  var provider = Kind.process

  @Option(
    help: ArgumentHelp("built-in: a proxy by host name. none: another one reads the routes."))
  var ingress = Ingress.builtIn

  @Option(
    help: ArgumentHelp("Where the ingress listens; port 0 is any.", valueName: "host:port"))
  var ingressListen = "127.0.0.1:8080"

  @Option(help: ArgumentHelp("Services answer at NAME.DOMAIN.", valueName: "domain"))
  var domain = "localhost"

  @Option(
    help: ArgumentHelp(
      "Where people reach services, * for the name; without, where the ingress listens.",
      valueName: "url"))
  var serviceURL: String?

  @Option(
    help: ArgumentHelp(
      "Have the ingress believe a proxy what it says of clients; may be repeated.",
      valueName: "address[/bits]"))
  var trustedProxy: [String] = []

  @Option(
    help: ArgumentHelp(
      "Let services reach this host although it is of a private network, as none is otherwise; may be repeated.",
      valueName: "host"))
  var allowPrivateEgress: [String] = []

  func validate() throws {
    for host in allowPrivateEgress where host.isEmpty || host.utf8.contains(UInt8(ascii: "/")) {
      throw ValidationError("--allow-private-egress is '\(host)', expected a host, no URL")
    }
    _ = try place()
    if let serviceURL {
      let mark = ProcessProvider.Options.nameMark
      guard serviceURL.hasPrefix("http"), serviceURL.split(separator: mark).count == 2 else {
        throw ValidationError("--service-url is '\(serviceURL)', expected https://\(mark).DOMAIN")
      }
    }
  }

  /// Where the ingress listens.
  func place() throws -> ListenAddress {
    guard let address = ListenAddress(ingressListen) else {
      throw ValidationError("--ingress-listen is '\(ingressListen)', expected HOST:PORT")
    }
    return address
  }

  /// How the ingress is to be; nil for none.
  func settings() throws -> ProcessProvider.IngressSettings? {
    guard ingress == .builtIn else { return nil }
    let place = try place()
    var settings = ProcessProvider.IngressSettings(host: place.host, port: place.port)
    settings.domain = domain
    settings.trustedProxies = trustedProxy
    return settings
  }
}
