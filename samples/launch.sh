# What samples/run, samples/benchmarks/run and compiler/bin/covector share: finding a JDK, and building when a source has
# changed since the last time. To be sourced by a script that has set
#   root    the folder of the repository
#   module  the module to build and run, as a folder in it
#   program  what messages call the script, if that is not $module/run
#   vectors  "no" if the program does without the Vector API
#   archives  "yes" if each command of the program may keep an archive of its classes, for faster starts

# Writes one line about what is wrong and what to do.
die() {
    echo "${program:-$module/run}: $*" >&2
    exit 2
}

# The feature version of the JDK in folder $1, from its release file, so that no JVM has to be started; else 0.
jdk_version() {
    version=$(sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release" 2>/dev/null)
    echo "${version:-0}"
}

# The folder of the JDK whose java is the first in PATH.
jdk_of_path() {
    java=$(command -v java) || return 0
    while [ -L "$java" ]; do
        target=$(readlink "$java")
        case $target in
            /*) java=$target ;;
            *) java=$(dirname "$java")/$target ;;
        esac
    done
    (cd "$(dirname "$java")/.." 2>/dev/null && pwd -P)
}

# The highest JDK of version $1 or later in the usual folders of Debian, Fedora, SDKMAN!, IntelliJ and macOS.
jdk_of_system() {
    best=
    best_version=$(($1 - 1))
    for jdk in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
            /Library/Java/JavaVirtualMachines/*/Contents/Home \
            "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
        version=$(jdk_version "$jdk")
        if [ -x "$jdk/bin/java" ] && [ "$version" -gt "$best_version" ]; then
            best=$jdk
            best_version=$version
        fi
    done
    echo "$best"
}

# A JDK of version $1 or later: JAVA_HOME's, else PATH's, else the highest that is installed.
find_jdk() {
    for jdk in "${JAVA_HOME:-}" "$(jdk_of_path)"; do
        if [ -n "$jdk" ] && [ -x "$jdk/bin/java" ] && [ "$(jdk_version "$jdk")" -ge "$1" ]; then
            echo "$jdk"
            return
        fi
    done
    jdk_of_system "$1"
}

# True if nothing that the build reads is newer than the last build. Folders count, since deleting changes them.
is_built() {
    [ -f "$stamp" ] && [ -z "$(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main \
        "$root/runtime/data/pom.xml" "$root/runtime/data/src/main" \
        "$root/graph/kotlin/pom.xml" "$root/graph/kotlin/src/main" \
        "$root"/compiler/*/pom.xml "$root"/compiler/*/src/main \
        "$root/$module/pom.xml" "$root/$module/src/main" "$root/${module%/peers}/src/main" -newer "$stamp" | head -n 1)" ]
}

# With more options for Maven, if there are any.
build() {
    build_jdk=$(find_jdk 25)
    [ -n "$build_jdk" ] || die "building needs a JDK of version 25 or later, and none was found;" \
        "install one (https://adoptium.net), or set JAVA_HOME to it"
    [ -x "$build_jdk/bin/javac" ] || die "$build_jdk has no javac; install the full JDK, or set JAVA_HOME to one"
    [ -w "$root/$module" ] || die "$root must be built first, but is not writable; copy it to where you may write"
    if command -v mvn >/dev/null 2>&1; then
        maven=mvn
    elif command -v curl >/dev/null 2>&1 || command -v wget >/dev/null 2>&1; then
        maven=./mvnw
    else
        die "building needs Maven; install it (apt-get install maven), or curl so that ./mvnw can fetch it"
    fi
    echo "${program:-$module/run}: building with $build_jdk (some minutes the first time)" >&2
    mkdir -p "$root/$module/target" && touch "$stamp.new" || die "cannot write to $root/$module/target"
    rm -rf "$root/$module/target/lib" # or jars of versions no longer used would stay on the class path
    # Not -q: that hides warnings, and with -Werror a warning can be what failed. The JDK's own are about Maven.
    maven_opts="-Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dstyle.color=never"
    maven_opts="$maven_opts --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
    (cd "$root" && JAVA_HOME=$build_jdk MAVEN_OPTS="${MAVEN_OPTS:-} $maven_opts" \
        "$maven" -B -ntp -pl "$module" -am -Dmaven.test.skip -Dspotless.check.skip "$@" package) \
        </dev/null >&2 || die "the build failed; its messages are above"
    mv "$stamp.new" "$stamp"
}

# Builds the module if need be, with more options for Maven, if there are any.
ensure_built() {
    stamp=$root/$module/target/built
    HOME=${HOME:-/nonexistent}
    is_built || build "$@"
}

# Builds if need be, and becomes the program: launch CLASS ARGUMENT...
launch() {
    ensure_built

    jdk=$(find_jdk 21)
    [ -n "$jdk" ] || die "running needs a JDK of version 21 or later, and none was found;" \
        "install one (https://adoptium.net), or set JAVA_HOME to it"

    # Optional: without the Vector API the same results are computed, slower.
    vector=
    if [ "${vectors:-yes}" = yes ] && grep -q '^MODULES=.*jdk\.incubator\.vector' "$jdk/release"; then
        vector="--add-modules jdk.incubator.vector"
    fi

    # The warnings of newer JDKs that JMH's use of sun.misc.Unsafe would cause.
    unsafe=
    if [ "$(jdk_version "$jdk")" -ge 23 ]; then
        unsafe="--sun-misc-unsafe-memory-access=allow"
    fi

    # The first run of a command keeps what the JVM has made of its classes, which takes it a second; later ones start a
    # quarter of a second earlier. An archive that no longer fits is made anew. Archives are for class paths of jars only,
    # and HotSpot would warn about each class that it leaves out.
    classes=$root/$module/target/classes
    command=${2:-}
    case " $* " in
        *" list "* | *" --help "*) archives= ;; # they need too few classes
    esac
    case "${archives:-}:$command" in
        yes:*[!a-z0-9-]* | yes:-* | yes: | :*)
            set -- -cp "$classes:$root/$module/target/lib/*" "$@"
            ;;
        *)
            for jar in "$root/$module"/target/covector-*.jar; do
                classes=$jar
            done
            set -- -XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=$root/$module/target/$command.jsa" \
                -Xlog:disable -cp "$classes:$root/$module/target/lib/*" "$@"
            ;;
    esac

    # shellcheck disable=SC2086 # two words, or none
    exec "$jdk/bin/java" $vector $unsafe --enable-native-access=ALL-UNNAMED "$@"
}
