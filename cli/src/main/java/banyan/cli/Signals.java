package banyan.cli;

import java.time.Duration;

/** Processes that are killed or stand still. */
enum Signals implements Breakage {
  KILL_SERVER {
    @Override
    public void strike(Site site) {
      switch (site.folder().reachable()) {
        case Fleet fleet -> fleet.kill(fleet.node("app"));
        case DataFolder.Running process -> process.handle().destroyForcibly();
      }
    }

    @Override
    public void undo(Site site) {
      if (Fleet.of(site.folder()).isPresent()) {
        Fleet.of(site.folder()).ifPresent(Fleet::reviveAll);
        return;
      }
      site.folder()
          .running()
          .ifPresent(
              dead -> Processes.gone(dead.handle(), dead.startTicks(), Duration.ofSeconds(10)));
      site.up();
    }
  },
  KILL_DATABASE {
    @Override
    public void strike(Site site) {
      switch (site.folder().reachable()) {
        case Fleet fleet -> fleet.kill(fleet.node("database"));
        case DataFolder.Running process -> database(site).destroyForcibly();
      }
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder()).ifPresent(Fleet::reviveAll);
    }
  },
  FREEZE_DATABASE {
    @Override
    public void strike(Site site) {
      switch (site.folder().reachable()) {
        case Fleet fleet -> fleet.freeze(fleet.node("database"));
        case DataFolder.Running process -> family(database(site), "STOP");
      }
    }

    @Override
    public void undo(Site site) {
      thawed(site, () -> family(database(site), "CONT"));
    }
  },
  FREEZE_SERVER {
    @Override
    public void strike(Site site) {
      switch (site.folder().reachable()) {
        case Fleet fleet -> fleet.freeze(fleet.node("app"));
        case DataFolder.Running process -> signal(process.handle(), "STOP");
      }
    }

    @Override
    public void undo(Site site) {
      thawed(
          site,
          () -> site.folder().running().ifPresent(running -> signal(running.handle(), "CONT")));
    }
  };

  private static void thawed(Site site, Runnable process) {
    Fleet.of(site.folder()).ifPresentOrElse(Fleet::thaw, process);
  }

  private static ProcessHandle database(Site site) {
    return site.folder()
        .database()
        .orElseThrow(() -> Refusal.failed("no PostgreSQL of this folder runs on this machine"));
  }

  private static void family(ProcessHandle head, String signal) {
    signal(head, signal);
    head.descendants().forEach(member -> signal(member, signal));
  }

  private static void signal(ProcessHandle process, String signal) {
    // one of a family may have ended meanwhile
    Breakage.run("sh", "-c", "kill -%s %d || true".formatted(signal, process.pid()));
  }
}
