import ControlPlane
import ControlPlanePages
import Encodings
import HTTPListener
import ImageProof
import ProcessProvider
import Threads

/// Everything that one address answers, put together: the calls, the registry, the pages; behind them
/// the folder, the inspection and the provider.
struct AssembledServer: Sendable {
  private let settings: ServeSettings
  private let console = Console()

  /// From what was asked for.
  init(_ settings: ServeSettings) { self.settings = settings }

  /// Serves until SIGTERM or SIGINT.
  func run() throws {
    do { try Awaiting.run { try await serve() } } catch let error as ControlPlaneError {
      throw error
    } catch let error as ProgramFailure {
      throw error
    } catch {
      throw ProgramFailure(
        "the control plane could not be served: \(SafeText(escaping: "\(error)"))")
    }
  }

  private func serve() async throws {
    let registry = try EmbeddedRegistry(settings.folder, address: settings.authority)
    // This very program, whatever has its name on the disk by now.
    let inspection = ImageProof(executable: "/proc/self/exe", trusted: settings.trusted) {
      registry.objects(in: $0)
    }
    let provider = try await provider(registry)
    let plane = try ControlPlane(
      settings.folder, policy: settings.policy,
      parts: ControlPlane.Parts(
        provider: provider, registry: registry, inspection: inspection))
    do { try await listener(plane, registry).run() } catch {
      await endServices()
      throw error
    }
    await endServices()
  }

  private func provider(_ registry: EmbeddedRegistry) async throws -> any Provider {
    guard settings.runsServices else { return RegistryOnly() }
    var options = ProcessProvider.Options(
      folder: settings.folder.supervisor, program: ServeSettings.executable
    ) { repository in
      guard let objects = registry.objects(in: repository) else {
        throw ProgramFailure("nothing was pushed to \(SafeText(escaping: repository)) yet")
      }
      return objects
    }
    options.ingress = settings.ingress
    options.urlPattern = settings.serviceURL
    options.privateHosts = settings.privateHosts
    options.secretsKey = settings.folder.secretsKey
    return try await ProcessProvider.start(options)
  }

  // Otherwise what somebody deployed goes on without us.
  private func endServices() async {
    guard settings.isForeground, settings.runsServices else { return }
    do { try await ProcessProvider.stop(settings.folder.supervisor, services: true) } catch {
      console.log("the services could not be ended: \(SafeText(escaping: "\(error)"))")
    }
  }

  private func listener(
    _ plane: ControlPlane, _ registry: EmbeddedRegistry
  ) throws -> SharedListener {
    let (settings, console) = (settings, console)
    var listener = settings.listener
    listener.onListening = { port in
      let place = settings.address.authority(port: port)
      let scheme = settings.listener.tls == nil ? "http" : "https"
      // Only now is the port known.
      if settings.policy.publicURL == nil {
        registry.move(to: place)
        plane.listens(at: "\(scheme)://\(place)")
      }
      console.tell("control plane listening on \(scheme)://\(SafeText(escaping: place))")
    }
    var options = ControlPlaneOptions(listener: listener)
    options.log = { console.log($0) }
    let images = try registry.mounted(at: listener) { console.log($0) }
    let calls = ControlPlaneServer(plane, options, pages: try ControlPlanePages(plane))
    return SharedListener(
      ["v2": images], other: calls.mounted(), listener,
      authorities: settings.policy.authorities)
  }
}
