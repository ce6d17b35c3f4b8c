import FoundationEssentials
import RegistryTesting
import TestSupport
import Testing

@testable import Ingress

struct RouteTests {
  @Test func routesAreReadAsTheyWereWritten() {
    let table = RouteTable(generation: 12, ports: ["orders": 40_123, "a-1": nil])
    #expect(
      table.text == "zigttp-routes 1\ngeneration 12\nroute a-1 -\nroute orders 40123\n")
    #expect(RouteTable(table.text) == table)
    let status = IngressStatus(generation: 12, port: 80, busy: [5, 4])
    #expect(status.text == "zigttp-ingress 1\ngeneration 12\nport 80\nbusy 4\nbusy 5\n")
    #expect(IngressStatus(status.text) == status)
  }

  @Test(arguments: [
    "", "zigttp-routes 1", "zigttp-routes 1\n", "zigttp-routes 2\ngeneration 1\n",
    "zigttp-routes 1\ngeneration 1\nroute a 1", "zigttp-routes 1\ngeneration x\n",
    "zigttp-routes 1\ngeneration 1\nroute A 1\n", "zigttp-routes 1\ngeneration 1\nroute a 0\n",
    "zigttp-routes 1\ngeneration 1\nroute a 70000\n", "zigttp-routes 1\ngeneration 1\nroute a\n",
    "zigttp-routes 1\ngeneration 1\nroute a.b 1\n",
  ])
  func whatIsNoTableIsNone(text: String) { #expect(RouteTable(text) == nil) }

  @Test func kindsThatAreNotKnownArePassedOver() {
    let table = RouteTable("zigttp-routes 1\ngeneration 1\nlater x y z\nroute a 7\n")
    #expect(table == RouteTable(generation: 1, ports: ["a": 7]))
  }

  /// What is damaged changes nothing.
  @Test func aDamagedFileIsPassedOver() throws {
    let upstream = try RawServer { _ in .answer(200, [:], []) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let file = URL(fileURLWithPath: ingress.routes.path + "/routes")
    try Data("rubbish".utf8).write(to: file, options: .atomic)
    try ingress.routes.change(["a": upstream.port, "b": upstream.port], generation: 3)
    try Data("rubbish".utf8).write(to: file, options: .atomic)
    #expect(try ingress.client("b").ask("GET", "/").status == 200)
    try FileManager.default.removeItem(at: file)
    #expect(try ingress.client("a").ask("GET", "/").status == 200)
  }

  /// The next ingress of a folder listens before the last one stops; one of another folder does not.
  @Test func onlyIngressesOfOneFolderShareAPort() throws {
    let upstream = try RawServer { _ in .answer(200, [:], []) }
    defer { upstream.stop() }
    let first = try TestIngress(["a": upstream.port])
    let other = try RoutesFolder(["a": upstream.port])
    #expect(throws: IngressServer.Failure.self) {
      try IngressServer(
        IngressOptions(host: "127.0.0.1", port: first.port, routesFolder: other.path))
    }
    let second = try IngressServer(
      IngressOptions(host: "127.0.0.1", port: first.port, routesFolder: first.routes.path))
    defer { second.stop() }
    #expect(second.port == first.port)
    first.server.stop()
    #expect(try first.client("a").ask("GET", "/").status == 200)
  }
}
