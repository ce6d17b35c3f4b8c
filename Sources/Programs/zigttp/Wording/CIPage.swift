import Encodings

/// `zigttp help ci`: how a pull request is held against what is deployed, and an image against its
/// ledger. A test runs every command of it.
enum CIPage {
  static let text: SafeText = """
    A pull request is compared with the branch that it goes to: that branch's handler is deployed
    into a store of this run, and the changed one is checked against it. As a job of a GitHub Actions
    workflow (.github/workflows/proofs.yml):

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

    `check --exit-code` ends with 8 where a route, a name, a host or a proven property is lost, and with
    1 where a deploy would stop at a leak or a broken Spec: both fail the job. --format github marks each change on the pull request. --format md is a comment
    that is ready to be posted, here it is the job's summary. --require-baseline fails where there is
    nothing to compare with, instead of taking everything for new.

    Before an image is rolled out, what lies in the registry is held against the ledger. Its key is
    what `zigttp key show` prints, its receipt what `zigttp proofs receipt` prints:

            - run: zigttp verify "$IMAGE" --receipt orders.receipt --key "$LEDGER_KEY" --format github

    It ends with 7 where anything is not as it was signed. IMAGE is docker://HOST/REPO@sha256:…, or
    oci:DIR, or the digest alone, of which the receipt says the contract.

    """
}
