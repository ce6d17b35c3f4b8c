/// A project to start from: `zigttp init --template NAME` writes its files.
public enum ProjectTemplate: String, CaseIterable, Sendable {
  /// Routes, JSON in and out, the cache.
  case api
  /// HTML from JSX, nothing written.
  case page
  /// A signed request from another service, taken once.
  case webhook

  /// One file of a project.
  public struct File: Sendable {
    /// Relative to the project's folder.
    public var path: String
    /// Its whole text.
    public var text: String
    /// What it is, in a few words.
    public var purpose: String
  }

  /// Every file of the project, the handler first.
  /// - Parameter name: the service's name, a slug.
  public func files(named name: String) -> [File] {
    [
      File(path: handlerPath, text: handler, purpose: purpose),
      File(
        path: "package.json", text: Self.manifest(name), purpose: "the service's name, and scripts"),
      File(
        path: "tsconfig.json", text: Self.compilerOptions, purpose: "for an editor and for `tsc`"),
      File(
        path: "zigttp.d.ts", text: TypeDeclarations.text,
        purpose: "what a handler can use, as `zigttp types` prints it"),
      File(path: ".gitignore", text: Self.ignored, purpose: "the store, and what is secret"),
      File(
        path: ".github/workflows/proofs.yml", text: Self.workflow,
        purpose: "every pull request is held against its base"),
    ]
  }

  /// Where the handler stands.
  public var handlerPath: String { self == .page ? "handler.tsx" : "handler.ts" }

  private var purpose: String {
    switch self {
    case .api: "GET /votes, POST /votes"
    case .page: "GET / with a form"
    case .webhook: "POST / with a signature; needs WEBHOOK_SECRET"
    }
  }

  /// The handler's source.
  public var handler: String {
    switch self {
    case .api: HandlerTemplates.api
    case .page: HandlerTemplates.page
    case .webhook: HandlerTemplates.webhook
    }
  }

  private static func manifest(_ name: String) -> String {
    """
    {
      "name": "\(name)",
      "version": "0.1.0",
      "private": true,
      "type": "module",
      "scripts": {
        "check": "zigttp check",
        "deploy": "zigttp deploy --local",
        "types": "zigttp types > zigttp.d.ts"
      }
    }

    """
  }

  /// `noLib`: what is there is declared in zigttp.d.ts alone, so that the editor knows of no `Map` and
  /// no `Promise`, as the language does not.
  static let compilerOptions = """
    {
      "compilerOptions": {
        "target": "ES2022",
        "module": "ESNext",
        "moduleResolution": "node",
        "noLib": true,
        "types": [],
        "strict": true,
        "noEmit": true,
        "jsx": "react",
        "jsxFactory": "h",
        "jsxFragmentFactory": "Fragment"
      },
      "include": ["**/*.ts", "**/*.tsx"]
    }

    """

  private static let ignored = """
    # The store: objects, and the ledger of this folder's deploys.
    .zigttp/
    .env
    node_modules/

    """

  private static let workflow = """
    # The branch that a pull request goes to is deployed into a store of this run, and the change is
    # checked against it. `zigttp help ci` says more. zigttp has to be on the runner's PATH.
    name: proofs
    on: pull_request
    jobs:
      proofs:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
            with: { fetch-depth: 0 }
          - run: git worktree add ../base "origin/$GITHUB_BASE_REF"
          - run: zigttp -C ../base --store "$GITHUB_WORKSPACE/.zigttp" deploy --local
          - run: zigttp check --require-baseline --format md >> "$GITHUB_STEP_SUMMARY"
          - run: zigttp check --require-baseline --exit-code --format github

    """
}
