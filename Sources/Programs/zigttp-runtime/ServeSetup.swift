import CSys
import Contracts
import Encodings
import Files
import HandlerRuntime

/// The parts of a server from what the arguments say, and what is wrong with them in words.
enum ServeSetup {
  static func services(
    _ options: ServeOptions, _ payload: Payload, _ story: Story
  ) throws(PackedHandler.Problem) -> HostServices {
    let policy = ContractPolicy(payload.contract)
    let values = try environment(options, payload.contract, policy, story)
    let sql = policy.needsDatabase ? try database(options, payload, story) : nil
    return HostServices(
      policy: policy, environment: values,
      cache: CacheService(maximumBytes: options.cacheBytes), log: LogService(writer: story.writer),
      sql: sql, outbound: policy.needsNetwork ? try NetworkSetup.client(options) : nil)
  }

  private static func database(
    _ options: ServeOptions, _ payload: Payload, _ story: Story
  ) throws(PackedHandler.Problem) -> SQLService {
    do throws(SQLService.Problem) {
      let service = try SQLService(
        payload.contract, path: options.database, schema: payload.schema)
      if options.database == nil {
        story.note("rows are kept in memory, and gone at the end; --sqlite FILE keeps them")
      }
      return service
    } catch {
      var lines: [SafeText] = ["\(error.description)"]
      if error.hasOtherSchema, let file = options.database {
        lines.append(
          "schema.sql is run on a fresh file alone: give \(file) its schema, or name another file")
      }
      throw PackedHandler.Problem(exitCode: .failure, lines: lines)
    }
  }

  /// The same with env values and certificates read again.
  static func reloaded(
    _ options: ServeOptions, _ application: Application, _ story: Story
  ) throws(PackedHandler.Problem) -> HostServices {
    let services = application.services
    let values = try environment(options, application.contract, services.policy, story)
    if let client = services.outbound as? NetworkClient { try NetworkSetup.reload(client) }
    return services.replacing(environment: values)
  }

  private static func environment(
    _ options: ServeOptions, _ contract: Contract, _ policy: ContractPolicy, _ story: Story
  ) throws(PackedHandler.Problem) -> [ByteName: String] {
    let values = try Environment.values(options, contract, story)
    let missing = policy.missing(from: values)
    if !missing.isEmpty {
      guard options.allowsMissingEnvironment else {
        throw PackedHandler.Problem(
          exitCode: .configuration,
          lines: ["required env names are missing; set them in the environment or in .env:"]
            + missing.map { "\($0)" })
      }
      story.warning("required env names are missing: \(missing.joined(separator: ", "))")
    }
    return values
  }

  static func application(
    _ options: ServeOptions, _ payload: Payload, _ services: HostServices
  ) throws(PackedHandler.Problem) -> Application {
    do throws(Application.LoadError) {
      return try Application(payload, services: services, limits: options.application)
    } catch {
      throw PackedHandler.Problem(error)
    }
  }

  static func server(
    _ options: ServeOptions, _ payload: Payload, _ application: Application, _ story: Story
  ) throws(PackedHandler.Problem) -> HTTPServer {
    // Also for the name that is listened on.
    _ = csys_use_plain_host_lookup()
    var configuration = HTTPServer.Configuration()
    configuration.address = options.listening.address
    configuration.representation = options.listening.representation
    configuration.identity = try identity(options, story)
    configuration.accessLog = options.listening.log.map { format in
      AccessLog(format) { story.writer.append($0) }
    }
    if options.listening.metrics != nil {
      configuration.metrics = ServerMetrics(facts: [
        ("version", RuntimeVersion.current), ("contract", payload.contractDigest.hex),
        ("app", "\(payload.appDigest)"),
      ])
    }
    if let loops = options.loops { configuration.loops = loops }
    configuration.limits = options.server
    configuration.limits.connections =
      options.connections ?? connections(options, configuration.loops, application)
    configuration.execution = application.execution(workers: options.workers)
    configuration.notice = { story.warning("\($0)") }
    configuration.fixed = FixedAnswers([
      Application.selfDescriptionPath: Application.selfDescription(payload)
    ])
    do throws(HTTPServer.StartError) {
      return try HTTPServer(
        configuration,
        factory: { () throws(Application.LoadError) in try application.makeEngine() },
        failed: { story.errors(PackedHandler.Problem($0).lines) })
    } catch {
      throw PackedHandler.Problem(error)
    }
  }

  private static func identity(
    _ options: ServeOptions, _ story: Story
  ) throws(PackedHandler.Problem) -> ServerIdentity? {
    guard let files = options.listening.identity else { return nil }
    do throws(ServerIdentity.Problem) {
      let identity = try ServerIdentity(certificateFile: files.certificate, keyFile: files.key)
      warn(of: identity.material, files.certificate, story)
      return identity
    } catch {
      throw PackedHandler.Problem(error)
    }
  }

  /// Reads certificates and key of a server again, to be used once all else is read.
  static func material(
    of server: HTTPServer, _ options: ServeOptions, _ story: Story
  ) throws(PackedHandler.Problem) -> ServerIdentity.Material? {
    do throws(ServerIdentity.Problem) {
      guard let material = try server.identity?.read() else { return nil }
      warn(of: material, options.listening.identity?.certificate ?? "", story)
      return material
    } catch {
      throw PackedHandler.Problem(error)
    }
  }

  private static func warn(of material: ServerIdentity.Material, _ path: String, _ story: Story) {
    guard material.expiredSince != nil else { return }
    story.warning("the certificate in \(path) has expired: clients will refuse it")
  }

  /// The counters of a server at their own address; nil where nobody asked for them.
  static func metrics(
    _ options: ServeOptions, of server: HTTPServer, _ story: Story
  ) throws(PackedHandler.Problem) -> MetricsServer? {
    guard let address = options.listening.metrics else { return nil }
    do throws(HTTPServer.StartError) {
      return try MetricsServer(address, of: server)
    } catch {
      // Takes a socket in the file system away again.
      server.stopAccepting()
      throw PackedHandler.Problem(error, of: "--metrics")
    }
  }

  /// As many connections as there are descriptors, less what the program itself may need: loops,
  /// one connection of each worker, and a few.
  private static func connections(
    _ options: ServeOptions, _ loops: Int, _ application: Application
  ) -> Int {
    let outgoing = application.services.policy.needsNetwork ? options.workers : 0
    // The counters have a loop and connections of their own.
    let metrics = options.listening.metrics == nil ? 0 : 40
    return min(max(1, Descriptors.limit - 3 * loops - outgoing - metrics - 24), 1 << 20)
  }
}

/// How a host stands in a URL.
enum HostWords {
  /// A literal address without the brackets of a URL; anything else as it is.
  static func bare(_ host: String) -> String {
    host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
  }
}

extension PackedHandler.Problem {
  /// Why a handler cannot be run.
  init(_ error: Application.LoadError) {
    self.init(exitCode: .failure, lines: error.lines.map { "\($0)" })
  }

  /// Why TLS cannot be spoken.
  init(_ error: ServerIdentity.Problem) {
    let option: SafeText =
      switch error {
      case .noCertificate: "--tls-cert: "
      case .noKey: "--tls-key: "
      case .unreadable, .mismatch, .unusable: ""
      }
    self.init(exitCode: .failure, lines: ["\(option)\("\(error)")"])
  }

  /// Why nothing can be served.
  /// - Parameter option: which of the arguments says where.
  init(_ error: HTTPServer.StartError, of option: SafeText = "--host") {
    switch error {
    case .listen(let address, let reason):
      let other: SafeText =
        switch address {
        case .unix: "choose another path"
        case .tcp where option == "--host": "choose another --host or --port"
        case .tcp: "choose another address with \(option)"
        }
      self.init(
        exitCode: .failure, lines: ["cannot listen on \("\(address)"): \(reason); \(other)"])
    case .unknownHost(let host, let reason):
      self.init(
        exitCode: .failure,
        lines: [
          """
          \(option) \(host): \(reason); expected an address of this machine, a name that has one, \
          or * for all addresses
          """
        ])
    case .tooFewDescriptors(let limit, let needed):
      self.init(
        exitCode: .failure,
        lines: [
          """
          this process may have \(limit) files open, expected room for \(needed) more; raise it \
          (ulimit -n 1024) or give fewer --loops
          """
        ])
    case .tooFewThreads(let needed):
      self.init(
        exitCode: .failure,
        lines: [
          """
          the system has no \(needed) threads left for this process; raise its limit (ulimit -u, \
          pids.max) or give fewer --loops
          """
        ])
    case .engine(let cause): self.init(cause)
    }
  }
}

/// What a handler that calls others needs.
enum NetworkSetup {
  static func client(_ options: ServeOptions) throws(PackedHandler.Problem) -> NetworkClient {
    let client = NetworkClient(limits: options.outbound)
    try check(client)
    return client
  }

  /// Reads the trusted roots again.
  static func reload(_ client: NetworkClient) throws(PackedHandler.Problem) {
    try check(client)
    client.forgetCertificates()
  }

  // What was asked for and is not there is not silently replaced by something else.
  private static func check(_ client: NetworkClient) throws(PackedHandler.Problem) {
    guard let problem = client.certificateProblem() else { return }
    throw PackedHandler.Problem(
      exitCode: .failure,
      lines: [
        "\(problem); name a file of certificates, or unset it to use \(NetworkClient.systemCertificates)"
      ])
  }
}
