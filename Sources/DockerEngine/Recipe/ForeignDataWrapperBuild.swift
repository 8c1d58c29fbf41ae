/// How the extension scylla_fdw is built from source in PostgreSQL's container.
package struct ForeignDataWrapperBuild: Hashable, Sendable {
    /// The driver's release 1.1.1.
    package static let pinnedDriverRevision = "af6e7a1eec104b63ae0187defbd043e4a81c09a2"
    /// The head of the extension's main branch in January 2026; it has no release.
    package static let pinnedRevision = "8cf30703b38c36b5faba79d4041b6215190d868b"
    /// The driver asks for Rust 1.88 or newer.
    package static let rustVersion = "1.90.0"

    /// Where sources are, inside the container.
    package static let sourceFolder = "/usr/local/src/pgscylla"
    private static let driverFolder = "\(sourceFolder)/cpp-rs-driver"
    private static let extensionFolder = "\(sourceFolder)/scylla_fdw"
    private static let prefix = "/usr/local"

    package var postgresMajor: Int
    package var revision = pinnedRevision
    package var driverRevision = pinnedDriverRevision
    /// Sources that were brought in an archive are taken as they are.
    package var hasDriverSource = false
    package var hasExtensionSource = false
    /// What tells one archive from another: sources of another are built anew.
    package var archiveDigest = ""
    /// `http_proxy=…` and the like.
    package var proxies: [String] = []

    package init(postgresMajor: Int) { self.postgresMajor = postgresMajor }

    /// Variables that programs find their way out by, in the spellings that are in use.
    package static let proxyVariables = ["http_proxy", "https_proxy", "no_proxy", "all_proxy"].flatMap {
        [$0, $0.uppercased()]
    }

    package var recipe: Recipe {
        Recipe(name: "scylla_fdw", steps: toolSteps + driverSteps + extensionSteps, ambientEnvironment: proxies)
    }

    // MARK: Tools

    private static let rustEnvironment = [
        "RUSTUP_HOME=\(prefix)/rustup", "CARGO_HOME=\(prefix)/cargo",
        "PATH=\(prefix)/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ]

    private var toolSteps: [RecipeStep] {
        let packages = [
            "build-essential", "postgresql-server-dev-\(postgresMajor)", "git", "ca-certificates", "libssl-dev",
            "cmake", "libuv1-dev", "zlib1g-dev", "pkg-config", "curl",
            // For bindgen, with which the driver reads its own header.
            "libclang-dev",
        ]
        let cargo = "\(Self.prefix)/cargo/bin"
        return [
            .packages("compilers and libraries", packages),
            RecipeStep(
                "install Rust \(Self.rustVersion)",
                RecipeStep.script(
                    """
                    curl --proto '=https' --tlsv1.2 -fsSL https://sh.rustup.rs -o /tmp/rustup-init.sh
                    sh /tmp/rustup-init.sh -y --no-modify-path --profile minimal --default-toolchain "$1"
                    rm /tmp/rustup-init.sh
                    """,
                    [Self.rustVersion]
                ),
                completion: .check(
                    RecipeStep.script("\"$1/rustc\" --version | grep -F \" $2 \"", [cargo, Self.rustVersion])
                ),
                environment: Self.rustEnvironment,
                timeout: .seconds(1800)
            ),
        ]
    }

    // MARK: Sources

    /// A revision of a repository, and nothing else, in a folder.
    private func fetch(_ name: String, _ url: String, _ revision: String, into folder: String) -> RecipeStep {
        RecipeStep(
            "fetch \(name)",
            RecipeStep.script(
                """
                mkdir -p "$1"
                cd "$1"
                test -d .git || git init -q
                git fetch --depth 1 "$2" "$3"
                git checkout -q --force FETCH_HEAD
                git clean -q -d --force
                """,
                [folder, url, revision]
            ),
            completion: .mark(unless: ["test", "-d", "\(folder)/.git"]),
            timeout: .seconds(1800)
        )
    }

    /// Sources from an archive need only be there.
    private func present(_ name: String, _ file: String) -> RecipeStep {
        let command = RecipeStep.script("test -f \"$1\"", [file, archiveDigest])
        return RecipeStep("find \(name)", command, completion: .check(command))
    }

    // MARK: Driver

    private var driverSteps: [RecipeStep] {
        let folder = Self.driverFolder
        let build = "\(folder)/build"
        return [
            hasDriverSource
                ? present("cpp-rs-driver", "\(folder)/CMakeLists.txt")
                : fetch("cpp-rs-driver", "https://github.com/scylladb/cpp-rs-driver.git", driverRevision, into: folder),
            RecipeStep(
                "configure cpp-rs-driver",
                [
                    "cmake", "-S", folder, "-B", build, "-DCMAKE_BUILD_TYPE=Release",
                    "-DCMAKE_INSTALL_PREFIX=\(Self.prefix)", "-DCMAKE_INSTALL_LIBDIR=lib", "-DCASS_BUILD_STATIC=OFF",
                ],
                completion: .mark(unless: ["test", "-f", "\(build)/CMakeCache.txt"]),
                environment: Self.rustEnvironment
            ),
            RecipeStep(
                "build cpp-rs-driver",
                RecipeStep.script("cmake --build \"$1\" --parallel \"$(nproc)\"", [build]),
                completion: .mark(unless: ["test", "-d", build]),
                environment: Self.rustEnvironment,
                timeout: .seconds(7200)
            ),
            RecipeStep(
                "install cpp-rs-driver",
                // Since release 1.1 the library is libscylladb; the extension links with the name that it had before.
                RecipeStep.script(
                    """
                    cmake --install "$1"
                    test -e "$2/lib/libscylla-cpp-driver.so" || ln -sf libscylladb.so "$2/lib/libscylla-cpp-driver.so"
                    ldconfig
                    """,
                    [build, Self.prefix]
                ),
                completion: .mark(unless: ["test", "-e", "\(Self.prefix)/lib/libscylla-cpp-driver.so"]),
                environment: Self.rustEnvironment
            ),
        ]
    }

    // MARK: Extension

    private var extensionSteps: [RecipeStep] {
        let folder = Self.extensionFolder
        let variables = [
            "USE_PGXS=1", "SCYLLA_DRIVER_INCLUDE=\(Self.prefix)/include", "SCYLLA_DRIVER_LIB=\(Self.prefix)/lib",
        ]
        return [
            hasExtensionSource
                ? present("scylla_fdw", "\(folder)/Makefile")
                : fetch("scylla_fdw", "https://github.com/GeoffMontee/scylla_fdw.git", revision, into: folder)
        ] + adaptation + [
            RecipeStep(
                "build scylla_fdw",
                RecipeStep.script("make -j\"$(nproc)\" \"$@\"", ["-C", folder] + variables),
                completion: .mark(unless: ["test", "-f", "\(folder)/scylla_fdw.so"])
            ),
            RecipeStep(
                "install scylla_fdw",
                ["make", "-C", folder] + variables + ["install"],
                completion: .mark(unless: Self.isInstalled)
            ),
            RecipeStep("check scylla_fdw", Self.isInstalled, completion: .never),
        ]
    }

    /// Puts right what the extension's sources get wrong; those that do not have a line stay as they are there.
    ///
    /// The columns that an UPDATE sets are looked for where PostgreSQL 15 has them, and where 18 has them: in 16 and
    /// 17 they are elsewhere. Names are quoted only where they have capitals: a reserved word or a leading underscore
    /// makes invalid CQL. And values are converted as in `ExtensionValues`.
    private var adaptation: [RecipeStep] {
        let edit = """
            cd "$1"
            if test "$2" = 16 || test "$2" = 17; then
                sed -i -e 's/= rte->updatedCols;/= getRTEPermissionInfo(root->parse->rteperminfos, rte)->updatedCols;/' \
                    -e 's/^#include "scylla_fdw\\.h"$/&\\n#include "parser\\/parse_relation.h"/' scylla_fdw_modify.c
            fi
            if grep -q pgscylla_values Makefile || ! test -f scylla_typemap.c; then exit 0; fi
            printf '%s' "$3" > pgscylla_values.h
            printf '%s' "$4" > pgscylla_values.cpp
            printf '%s' "$5" > pgscylla_arrays.h
            sed -i 's/need_quotes = false;/need_quotes = true;/' scylla_deparse.c
            sed -i -e 's/^#include "scylla_fdw\\.h"$/&\\n#include "pgscylla_values.h"/' \
                -e 's/^#define MSECS_PER_SEC .*$/&\\n#include "pgscylla_arrays.h"/' \
                -e '/^scylla_convert_from_pg(/,/^}/s/^ *switch (pg_type)$/    if (pgscylla_bind_array(value, pg_type, statement, index)) return;\\n&/' \
                -e '/case INT2OID:/,/break;/s/ scylla_get_int32(/ pgscylla_get_int16(/' \
                -e '/case INT2OID:/,/break;/s/ scylla_bind_int32(\\(.*\\));$/ PGSCYLLA_BIND(pgscylla_bind_int16(\\1));/' \
                -e '/case NUMERICOID:/,/break;/s/ scylla_get_decimal(/ pgscylla_get_decimal(/' \
                -e '/case NUMERICOID:/,/break;/s/ scylla_bind_decimal(\\(.*\\));$/ PGSCYLLA_BIND(pgscylla_bind_decimal(\\1));/' \
                -e '/case INETOID:/,/break;/s/ scylla_bind_string(\\(.*\\), strlen(inet_str));$/ PGSCYLLA_BIND(pgscylla_bind_inet(\\1));/' \
                scylla_typemap.c
            sed -i 's/^\\([[:space:]]*scylla_connection\\.o\\)$/\\1 pgscylla_values.o/' Makefile
            """
        return [
            RecipeStep(
                "adapt scylla_fdw to PostgreSQL \(postgresMajor)",
                RecipeStep.script(
                    edit,
                    [
                        Self.extensionFolder, String(postgresMajor), ExtensionValues.header, ExtensionValues.source,
                        ExtensionValues.arrays,
                    ]
                ),
                completion: .mark(
                    unless: RecipeStep.script(
                        "! test -f \"$1/scylla_typemap.c\" || grep -q pgscylla_values \"$1/Makefile\"",
                        [Self.extensionFolder]
                    )
                )
            )
        ]
    }

    /// Whether the extension's files are where the server looks for them.
    package static let isInstalled = RecipeStep.script(
        "test -f \"$(pg_config --pkglibdir)/scylla_fdw.so\" && test -f \"$(pg_config --sharedir)/extension/scylla_fdw.control\""
    )
}
