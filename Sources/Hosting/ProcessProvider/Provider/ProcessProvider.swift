import ContentStore
import ControlPlane
import ControlPlaneAPI
import Digests
import Files
import NIOPosix

/// Runs services as processes of this machine.
///
/// What it does itself is little: it unpacks an image, each byte of which it hashes, and tells the
/// supervisor, which is a process of its own and goes on when this one ends.
/// Reference: control-plane.md, "The `process` provider".
public final class ProcessProvider: Provider {
  private let options: Options
  private let launcher: SupervisorLauncher
  private let client: SupervisorClient
  private let pattern: String?

  /// Finds the supervisor of the folder or starts one, has it run the ingress, and returns when both
  /// answer: then every service that ran is on its way back, too.
  public static func start(_ options: Options) async throws -> ProcessProvider {
    let launcher = SupervisorLauncher(options)
    try await launcher.ensure()
    var pattern = options.urlPattern
    if let settings = options.ingress {
      let order = IngressOrder(
        program: options.program, arguments: options.ingressWords(settings),
        port: UInt16(clamping: settings.port))
      switch try await SupervisorClient(folder: options.folder).ask(.ingress(order)) {
      case .port(let port): pattern = pattern ?? settings.urlPattern(port: port)
      case .failure(let text): throw SupervisorClient.Failure(description: text)
      default: throw SupervisorClient.Failure(description: "the supervisor has no ingress")
      }
    }
    return ProcessProvider(options, launcher, pattern)
  }

  private init(_ options: Options, _ launcher: SupervisorLauncher, _ pattern: String?) {
    self.options = options
    self.launcher = launcher
    self.pattern = pattern
    client = SupervisorClient(folder: options.folder)
  }

  /// Ends the supervisor of a folder. With its services, or so that the next one goes on with them.
  ///
  /// - Returns: false where there is none.
  @discardableResult
  public static func stop(_ folder: SupervisorFolder, services: Bool) async throws -> Bool {
    do {
      let client = SupervisorClient(folder: folder)
      _ = try await client.ask(services ? .end : .leave)
      // It answers, and goes then.
      for _ in 0..<500 where await client.isThere() {
        try await Task.sleep(for: .milliseconds(10))
      }
      return true
    } catch let error as SupervisorClient.Failure where error.isAbsence {
      return false
    }
  }

  // MARK: Provider

  /// `process`
  public let name = "process"
  /// There is one machine.
  public let defaultSize = "default"

  /// There is one machine.
  public func scope(of project: String) -> String { "default" }

  /// The service's place at the ingress.
  public func url(of service: String) -> String? {
    pattern.map { pattern in
      pattern.split(separator: Options.nameMark, omittingEmptySubsequences: false)
        .joined(separator: service)
    }
  }

  /// Unpacks the image, and has the supervisor bring the service to it.
  public func deploy(_ order: DeploymentOrder) async -> ServiceObservation {
    do {
      let place = try ImagePlace(order.image)
      let (folder, source) = (options.folder, try options.images(place.repository))
      let image = try await NIOThreadPool.singleton.runIfActive {
        try ImageFolder(folder, from: source).unpack(place.digest)
      }
      let told = ServiceOrder(
        service: order.service, deployment: order.deploymentID, generation: order.generation,
        image: order.image, folder: image.folder, appDigest: image.appDigest,
        environment: order.env, privateHosts: options.privateHosts)
      return try await deploy(told)
    } catch let error as ImageFailure {
      return ServiceObservation(
        image: order.image, state: .failed, message: "the image cannot be run: \(error.reason)")
    } catch {
      return ServiceObservation(image: order.image, state: .failed, message: "\(error)")
    }
  }

  // A supervisor that ends meanwhile, or is replaced, is asked again: the same order is one order.
  private func deploy(_ order: ServiceOrder) async throws -> ServiceObservation {
    var attempts = 0
    while true {
      do {
        try await launcher.ensure()
        switch try await client.ask(.deploy(order)) {
        case .report(let report): return observation(order.service, report)
        case .failure(let text): throw ImageFailure(text)
        default: throw ImageFailure("the supervisor answers something else")
        }
      } catch  where !(error is ImageFailure) && attempts < 3 && !Task.isCancelled {
        attempts += 1
      }
    }
  }

  private func observation(_ service: String, _ report: ServiceReport) -> ServiceObservation {
    ServiceObservation(
      image: report.image, state: report.state, message: report.message, url: url(of: service))
  }

  /// How a service is doing.
  public func observe(_ service: String) async throws -> ServiceObservation? {
    try await launcher.ensure()
    switch try await client.ask(.observe(service)) {
    case .report(let report): return observation(service, report)
    case .failure(let text): throw SupervisorClient.Failure(description: text)
    default: return nil
    }
  }

  /// The service's last lines, and with `follow` those that come. Lines that come faster than they are
  /// taken are left out.
  public func logs(of service: String, follow: Bool) async throws -> AsyncStream<String> {
    try await launcher.ensure()
    let (client, (lines, more)) = (
      self.client,
      AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(10_000))
    )
    let task = Task {
      try? await client.converse(.logs(service, follow: follow)) { answers in
        for try await answer in answers {
          guard case .line(let line) = answer else { return }
          more.yield(line)
        }
      }
      more.finish()
    }
    more.onTermination = { _ in task.cancel() }
    return lines
  }
}
