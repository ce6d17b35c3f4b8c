// swift-tools-version: 6.1
import PackageDescription

/// A product of another package.
func product(_ name: String, _ package: String) -> Target.Dependency {
  .product(name: name, package: package)
}

/// What computes the most is optimised in debug builds, too: the tests would wait for it otherwise.
let computing: Set = [
  "Files", "Encodings", "JSON", "JSONSchema", "Digests", "Archive", "ContentStore", "Ledger",
  "HandlerLanguage",
  "HandlerProver", "HandlerRuntime",
]

/// One of our own targets, in its wing of `Sources/`.
func library(
  _ name: String, in wing: String, _ dependencies: [Target.Dependency] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)",
    swiftSettings: [.enableUpcomingFeature("ExistentialAny")]
      + (computing.contains(name) ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []))
}

/// A program. Release builds are fully static, so that they run on any Linux and start fast;
/// debug builds stay dynamic because the flag would reach the test bundle too.
///
/// - Parameter libraries: static libraries that the linker has to see once more, behind those that
///   use them.
func program(
  _ name: String, _ dependencies: [Target.Dependency], libraries: [String] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Sources/Programs/\(name)",
    swiftSettings: [.enableUpcomingFeature("ExistentialAny")],
    linkerSettings: [
      .unsafeFlags(
        [
          "-static-executable", "-use-ld=lld",
          // Of symbols nothing is kept, and no table by which exceptions find their way quickly: there
          // are none.
          "-Xlinker", "-s", "-Xlinker", "--no-eh-frame-hdr",
        ], .when(configuration: .release))
    ] + libraries.map { .linkedLibrary($0, .when(configuration: .release)) })
}

/// The tests of one target, in the same wing of `Tests/`.
func tests(
  of name: String, in wing: String, _ dependencies: [Target.Dependency] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies,
    path: "Tests/\(wing)/\(name)Tests")
}

let crypto = product("Crypto", "swift-crypto")
let system = product("SystemPackage", "swift-system")

let package = Package(
  name: "zigttp",
  products: [
    .executable(name: "zigttp", targets: ["zigttp"]),
    .executable(name: "zigttp-runtime", targets: ["zigttp-runtime"]),
    .executable(name: "zigttp-control-plane", targets: ["zigttp-control-plane"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    // System: what the platform offers and Swift's own modules do not.
    library("CSys", in: "System"),
    library("CRuntimeStart", in: "System"),
    library("CSpawn", in: "System"),
    library("Files", in: "System", ["CSys", system]),
    library("Threads", in: "System", ["CSys"]),
    .systemLibrary(
      name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),

    // Objects: immutable bytes and the documents they hold.
    library("Encodings", in: "Objects"),
    library("JSON", in: "Objects", ["Encodings"]),
    library("JSONSchema", in: "Objects", ["Encodings", "JSON"]),
    library("CDigests", in: "Objects", [product("NIOSSL", "swift-nio-ssl")]),
    library("Digests", in: "Objects", ["Encodings", "CDigests"]),
    library("Contracts", in: "Objects", ["Digests", "JSON"]),
    library("Archive", in: "Objects", ["Digests", "Files", "CZlib", system]),
    library(
      "ContentStore", in: "Objects", ["Digests", "JSON", "Files", "Threads", system]),
    library("OCIImage", in: "Objects", ["ContentStore", "Contracts", "Archive", system]),

    // History: the order of events and the index over it.
    library("Ledger", in: "History", ["ContentStore", "Contracts", crypto, system]),
    .target(
      name: "Schemas", path: "schema", exclude: ["json"], resources: [.embedInCode("graph.sql")]),
    library(
      "ArtifactGraph", in: "History",
      [
        "Ledger", "OCIImage", "Schemas", product("GRDB", "GRDB.swift"),
        product("GRDBSQLite", "GRDB.swift"),
      ]),

    // Handlers: the language, what can be proven of it, and how it runs.
    library("ProjectFiles", in: "Handlers"),
    library("GitFiles", in: "Handlers", ["Files", "Encodings", "CZlib", crypto]),
    library("HandlerSQL", in: "Handlers", ["Encodings", product("GRDBSQLite", "GRDB.swift")]),
    library("HandlerLanguage", in: "Handlers", ["HandlerSQL", "JSONSchema"]),
    library(
      "HandlerProver", in: "Handlers",
      ["HandlerLanguage", "Contracts", "ProjectFiles", "Threads"]),
    library(
      "HandlerRuntime", in: "Handlers",
      [
        "HandlerLanguage", "HandlerSQL", "Contracts", "Archive", "ProjectFiles", "Threads", "CSys",
        "Files", system,
        product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"),
        product("NIOHTTP1", "swift-nio"), product("NIOSSL", "swift-nio-ssl"),
      ]),

    // Registries: images to and from others.
    library(
      "HTTPListener", in: "Registries",
      [
        "Encodings", product("Hummingbird", "hummingbird"),
        product("HummingbirdCore", "hummingbird"), product("HummingbirdTLS", "hummingbird"),
        product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
        product("NIOPosix", "swift-nio"),
        product("NIOHTTP1", "swift-nio"),
        product("ServiceLifecycle", "swift-service-lifecycle"),
      ]),
    library(
      "RegistryServer", in: "Registries",
      [
        "HTTPListener", "OCIImage", system, product("Hummingbird", "hummingbird"),
        product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
        product("NIOPosix", "swift-nio"),
      ]),
    library(
      "OCIRegistry", in: "Registries",
      [
        "OCIImage", "Threads", "Files", system,
        product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
        product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
        product("NIOSSL", "swift-nio-ssl"),
      ]),

    library(
      "Transfers", in: "Registries",
      ["OCIRegistry", "Ledger", system]),
    // Hosting: a control plane, and what it is asked.
    library("ControlPlaneAPI", in: "Hosting", ["Contracts"]),
    library(
      "ControlPlaneClient", in: "Hosting",
      [
        "ControlPlaneAPI", "OCIRegistry", "Files", system, product("NIOCore", "swift-nio"),
        product("NIOHTTP1", "swift-nio"),
      ]),
    library(
      "ControlPlane", in: "Hosting",
      [
        "ControlPlaneAPI", "RegistryServer", "Ledger", "ProjectFiles", crypto, system,
        product("GRDB", "GRDB.swift"), product("Hummingbird", "hummingbird"),
        product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
        product("NIOPosix", "swift-nio"),
      ]),
    .target(
      name: "ControlPlanePages",
      dependencies: [
        "ControlPlane", product("HTTPTypes", "swift-http-types"),
        product("Mustache", "swift-mustache"),
      ],
      path: "Sources/Hosting/ControlPlanePages", resources: [.embedInCode("Templates")],
      swiftSettings: [.enableUpcomingFeature("ExistentialAny")]),

    library(
      "ImageProof", in: "Hosting",
      ["ControlPlane", "OCIImage", "HandlerProver", "CSys", product("NIOPosix", "swift-nio")]),

    library(
      "Ingress", in: "Hosting",
      [
        "CSys", "Files", "Threads", system, product("NIOCore", "swift-nio"),
        product("NIOPosix", "swift-nio"),
      ]),
    library(
      "ProcessProvider", in: "Hosting",
      [
        "ControlPlane", "Ingress", "OCIImage", "CSpawn", crypto, system,
        product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"),
      ]),

    // Proofs: the pipeline and what is told of it.
    library(
      "Deployment", in: "Proofs",
      [
        "ArtifactGraph", "OCIImage", "HandlerProver", "ProjectFiles", "GitFiles",
        "ControlPlaneClient", "CSpawn", system,
      ]),
    library(
      "Verification", in: "Proofs",
      ["ArtifactGraph", "OCIImage", "HandlerProver", "ProjectFiles"]),
    library(
      "Reports", in: "Proofs",
      ["Contracts", "HandlerLanguage", "Handbook", "Verification", "Transfers", "ControlPlaneAPI"]),

    library("Handbook", in: "Proofs", ["Contracts", "HandlerLanguage"]),
    library("DevServer", in: "Proofs", ["Deployment", "HandlerRuntime", "HandlerSQL"]),

    // Programs.
    program(
      "zigttp",
      [
        "Deployment", "Reports", "Handbook", "DevServer", "RegistryServer", "Transfers",
        product("ArgumentParser", "swift-argument-parser"), system,
      ],
      // What Foundation, which GRDB imports, is made of: the static linker is not told by itself.
      libraries: [
        "CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections", "stdc++",
      ]),
    program(
      "zigttp-control-plane",
      [
        "ControlPlane", "ControlPlanePages", "ImageProof", "ProcessProvider", "Deployment",
        product("ArgumentParser", "swift-argument-parser"), system,
      ],
      libraries: [
        "CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections", "stdc++",
      ]),
    program("zigttp-runtime", ["HandlerRuntime", "CRuntimeStart"]),

    // What tests of several targets stand on.
    .target(
      name: "FileTesting", dependencies: ["Files", "TestSupport", system],
      path: "Tests/Support/FileTesting"),
    .target(
      name: "StoreTesting", dependencies: ["ContentStore", "FileTesting"],
      path: "Tests/Support/StoreTesting"),
    .target(
      name: "ArtifactTesting",
      dependencies: ["HandlerProver", "Ledger", "OCIImage", "StoreTesting"],
      path: "Tests/Support/ArtifactTesting"),
    .target(
      name: "RegistryTesting", dependencies: ["Digests", "Threads", "TestSupport"],
      path: "Tests/Support/RegistryTesting"),
    .target(name: "TestSupport", dependencies: ["JSON"], path: "Tests/Support/TestSupport"),
    .target(
      name: "ProverOracle",
      dependencies: ["HandlerProver", "HandlerRuntime", "HandlerSQL", "TestSupport"],
      path: "Tests/Support/ProverOracle"),
    .executableTarget(
      name: "prover-oracle", dependencies: ["ProverOracle"],
      path: "Tests/Support/ProverOracleProgram"),
    .executableTarget(
      name: "hosting-processes", dependencies: ["Ingress", "ProcessProvider"],
      path: "Tests/Support/HostingProcesses"),

    tests(of: "Files", in: "System", ["FileTesting", "TestSupport"]),
    tests(of: "Threads", in: "System"),
    tests(of: "Encodings", in: "Objects", ["TestSupport"]),
    tests(of: "JSON", in: "Objects", ["Digests", "TestSupport"]),
    tests(of: "JSONSchema", in: "Objects"),
    tests(of: "Digests", in: "Objects", ["TestSupport"]),
    tests(of: "Contracts", in: "Objects", ["TestSupport"]),
    tests(of: "Archive", in: "Objects", ["TestSupport"]),
    tests(of: "ContentStore", in: "Objects", ["FileTesting", "StoreTesting", "TestSupport"]),
    tests(of: "OCIImage", in: "Objects", ["StoreTesting", "TestSupport"]),
    tests(of: "Ledger", in: "History", ["StoreTesting", "TestSupport"]),
    tests(of: "ArtifactGraph", in: "History", ["StoreTesting"]),
    tests(of: "ProjectFiles", in: "Handlers"),
    tests(of: "GitFiles", in: "Handlers", ["TestSupport"]),
    tests(of: "HandlerSQL", in: "Handlers", ["TestSupport", product("GRDBSQLite", "GRDB.swift")]),
    tests(of: "HandlerLanguage", in: "Handlers", ["TestSupport"]),
    tests(of: "HandlerProver", in: "Handlers", ["ProverOracle", "TestSupport"]),
    tests(of: "HandlerRuntime", in: "Handlers", ["TestSupport"]),
    tests(of: "RegistryServer", in: "Registries", ["FileTesting", "TestSupport"]),
    tests(of: "OCIRegistry", in: "Registries", ["StoreTesting", "RegistryTesting", "TestSupport"]),
    tests(of: "Transfers", in: "Registries", ["StoreTesting", "RegistryTesting", "TestSupport"]),
    tests(of: "ControlPlaneAPI", in: "Hosting", ["TestSupport"]),
    tests(
      of: "ControlPlaneClient", in: "Hosting", ["FileTesting", "RegistryTesting", "TestSupport"]),
    tests(of: "ControlPlane", in: "Hosting", ["TestSupport"]),
    tests(of: "ImageProof", in: "Hosting", ["zigttp-control-plane"]),
    tests(of: "ControlPlanePages", in: "Hosting", ["RegistryTesting", "TestSupport"]),
    tests(of: "Ingress", in: "Hosting", ["RegistryTesting", "TestSupport"]),
    tests(
      of: "ProcessProvider", in: "Hosting",
      [
        "RegistryTesting", "StoreTesting", "TestSupport", "hosting-processes", "zigttp",
        "zigttp-runtime",
      ]),
    tests(of: "Deployment", in: "Proofs", ["RegistryTesting", "TestSupport"]),
    tests(of: "Verification", in: "Proofs", ["ArtifactTesting", "StoreTesting", "TestSupport"]),
    tests(of: "Reports", in: "Proofs", ["ControlPlaneAPI"]),
    tests(of: "Handbook", in: "Proofs", ["HandlerProver", "TestSupport"]),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "zigttp", "zigttp-runtime", "zigttp-control-plane", "ControlPlane", "ControlPlaneAPI",
        "ArtifactTesting", "RegistryTesting", "TestSupport",
      ],
      path: "Tests/Programs"),
  ],
  swiftLanguageModes: [.v6]
)

// The readers of foreign bytes and what has to hold of them. One set of functions: the tests read
// again what was once found, `make fuzz` lets libFuzzer look for more. The fuzzer is a target only
// when it is asked for, because it builds with flags of its own and in a folder of its own.
let fuzzed: [Target.Dependency] = [
  "Digests", "JSON", "JSONSchema", "Contracts", "Archive", "ContentStore", "OCIImage", "Ledger",
  "ArtifactGraph", "ProjectFiles", "HandlerSQL", "HandlerLanguage", "HandlerProver", "GitFiles",
  "OCIRegistry", "Transfers",
]
if Context.environment["ZIGTTP_FUZZ"] == nil {
  package.targets.append(
    .testTarget(name: "FuzzTests", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["Driver"]))
} else {
  package.targets.append(
    .executableTarget(
      name: "zigttp-fuzz", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["Replay"]))
}

// What bench/ledger.sh measures an append with: no command appends rows that somebody hands it.
if Context.environment["ZIGTTP_BENCH"] != nil {
  package.targets.append(
    .executableTarget(
      name: "zigttp-bench-append", dependencies: ["ContentStore", "Ledger"], path: "bench/append"))
}

// ZIGTTP_TESTS="HandlerProver Files" builds the tests of those targets alone, with what they stand
// on: while one module is written, nobody waits for the others.
if let chosen = Context.environment["ZIGTTP_TESTS"]?.split(separator: " ") {
  package.targets.removeAll { target in
    target.isTest && !chosen.contains { target.name == "\($0)Tests" }
  }
}
