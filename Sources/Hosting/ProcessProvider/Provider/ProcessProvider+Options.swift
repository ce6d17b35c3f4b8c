import ContentStore

extension ProcessProvider {
  /// The ingress that the supervisor runs.
  public struct IngressSettings: Sendable, Hashable {
    /// Where to listen.
    public var host: String
    /// Port to listen at; 0 for any that is free.
    public var port: Int
    /// Services answer at `NAME.DOMAIN`.
    public var domain = "localhost"
    /// Proxies whose word on clients counts: addresses, or those that begin alike (`10.0.0.0/8`).
    public var trustedProxies: [String] = []

    /// From what has to be said.
    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }

    func urlPattern(port: UInt16) -> String {
      "http://\(Options.nameMark).\(domain)" + (port == 80 ? "" : ":\(port)")
    }
  }

  /// How a provider is set up.
  public struct Options: Sendable {
    /// Gives the objects of a repository of the embedded registry.
    public typealias Images = @Sendable (_ repository: String) throws -> any BlobSource

    /// The supervisor's folder.
    public var folder: SupervisorFolder
    /// The program whose commands `supervise` and `ingress` are the two other processes; absolute.
    public var program: String
    /// Where images come from. What comes is hashed.
    public var images: Images
    /// nil for none: somebody else reads the routes.
    public var ingress: IngressSettings?
    /// Where services answer, with ``nameMark`` in the place of their name: `https://*.example.org`.
    /// nil for where the ingress listens.
    public var urlPattern: String?
    /// The file of the key that seals environments; nil for one in the folder.
    public var secretsKey: String?
    /// Hosts of private networks that services may reach; no other of these.
    public var privateHosts: [String] = []
    /// Further words for `supervise`: limits.
    public var superviseOptions: [String] = []

    /// What stands for a service's name in ``urlPattern``.
    public static let nameMark = "*"
    /// What the program calls itself.
    private static let programName = "zigttp-control-plane"

    /// Options with what has to be said.
    public init(folder: SupervisorFolder, program: String, images: @escaping Images) {
      self.folder = folder
      self.program = program
      self.images = images
    }

    var superviseWords: [String] {
      [Self.programName, "supervise", "--folder", folder.root]
        + (secretsKey.map { ["--secrets-key-file", $0] } ?? []) + superviseOptions
    }

    func ingressWords(_ settings: IngressSettings) -> [String] {
      [
        Self.programName, "ingress", "--listen", "\(settings.host):\(settings.port)", "--routes",
        // Where it is started: the way to it is closed to its user.
        ".", "--domain", settings.domain,
      ] + settings.trustedProxies.flatMap { ["--trusted-proxy", $0] }
    }
  }
}
