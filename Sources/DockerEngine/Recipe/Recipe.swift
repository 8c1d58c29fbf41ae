/// A step of a build inside a container: what is run, and how it is known that it need not be.
package struct RecipeStep: Hashable, Sendable {
    /// What tells that a step's result is there and current.
    package enum Completion: Hashable, Sendable {
        /// The mark that a step leaves behind, which tells too what it was made from; beside it, a command that ends with 0
        /// while the result is still there.
        case mark(unless: [String]?)
        /// A command alone, which ends with 0 when the result is there and current, whoever made it.
        case check([String])
        /// Nothing: it runs each time.
        case never
    }

    /// As messages call it.
    package var name: String
    /// Arguments; what a shell must do is a script of ours that gets everything else as its arguments.
    package var command: [String]
    package var completion: Completion
    package var directory: String?
    /// `NAME=value`.
    package var environment: [String]
    package var timeout: Duration

    package init(
        _ name: String,
        _ command: [String],
        completion: Completion = .mark(unless: nil),
        directory: String? = nil,
        environment: [String] = [],
        timeout: Duration = .seconds(3600)
    ) {
        self.name = name
        self.command = command
        self.completion = completion
        self.directory = directory
        self.environment = environment
        self.timeout = timeout
    }

    /// A step whose script is read by `sh`, stops at its first failing command, and finds `arguments` in `"$1"` and on:
    /// nothing of them is ever read as a part of the script.
    package static func script(_ script: String, _ arguments: [String] = []) -> [String] {
        ["sh", "-e", "-c", script, "sh"] + arguments
    }
}

/// Steps that build something inside a container, each of which needs those before it.
package struct Recipe: Hashable, Sendable {
    /// Names the folder of its marks.
    package var name: String
    package var steps: [RecipeStep]
    /// Passed on to every step, but no part of what its result is made from: proxies are.
    package var ambientEnvironment: [String]

    package init(name: String, steps: [RecipeStep], ambientEnvironment: [String] = []) {
        self.name = name
        self.steps = steps
        self.ambientEnvironment = ambientEnvironment
    }

    /// Where the marks are, inside the container.
    package var markFolder: String { "/var/lib/pgscylla/\(name)" }

    /// What a step's result is made from: its own command and those of all steps before it.
    ///
    /// A step that changed, say to another revision, makes every later one anew.
    package func fingerprint(of index: Int) -> String {
        steps[...index].map { step in
            // Separators that no argument can hold.
            ([step.name, step.directory ?? ""] + step.command + ["\u{1}"] + step.environment).joined(separator: "\0")
        }.joined(separator: "\u{2}")
    }
}

extension Recipe {
    /// What makes crashes of PostgreSQL readable.
    static func debuggers(postgresMajor: Int) -> Recipe {
        let packages = ["gdb", "postgresql-\(postgresMajor)-dbgsym"]
        return Recipe(
            name: "debuggers",
            steps: [
                .packages("debuggers", packages)
            ]
        )
    }
}

extension RecipeStep {
    /// Debian packages; done when each is installed.
    static func packages(_ name: String, _ packages: [String]) -> RecipeStep {
        RecipeStep(
            "install \(name)",
            script(
                "apt-get -q update && apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install \"$@\"",
                packages
            ),
            completion: .check(
                script(
                    """
                    for name in "$@"; do
                        test "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed
                    done
                    """,
                    packages
                )
            ),
            environment: ["DEBIAN_FRONTEND=noninteractive"],
            timeout: .seconds(1800)
        )
    }
}
