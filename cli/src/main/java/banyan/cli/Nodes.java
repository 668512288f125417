package banyan.cli;

import java.time.Duration;
import java.util.List;

/** Nodes of a fleet that are lost, join, or change their image while the others go on. */
enum Nodes implements Breakage {
  KILL_CACHE {
    @Override
    public void strike(Site site) {
      fleet(site).kill("cache");
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder()).ifPresent(Fleet::reviveAll);
    }
  },
  FREEZE_CACHE {
    @Override
    public void strike(Site site) {
      fleet(site).freeze("cache");
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder()).ifPresent(Fleet::thaw);
    }
  },
  FLUSH_CACHE {
    @Override
    public void strike(Site site) {
      fleet(site).must("exec", "-T", "cache", "valkey-cli", "flushall");
    }

    @Override
    public void undo(Site site) {}
  },
  KILL_PROXY {
    @Override
    public void strike(Site site) {
      fleet(site).kill("proxy");
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder()).ifPresent(Fleet::reviveAll);
    }
  },
  ROLLING_RESTART {
    @Override
    public void strike(Site site) {
      Fleet fleet = fleet(site);
      for (String node : fleet.apps()) {
        fleet.must("restart", "--no-deps", node);
        fleet.awaitWell(node, PATIENCE);
        Breakage.hold(WARM);
      }
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder()).ifPresent(Fleet::reviveAll);
    }
  },
  /**
   * With one node more than usual as long as it lasts, as rolling updates of Kubernetes do it
   * ({@code maxSurge: 1, maxUnavailable: 0}): the shop never has fewer nodes than it needs.
   */
  ROLLING_UPGRADE {
    @Override
    public void strike(Site site) {
      Fleet now = fleet(site);
      now.tagImage("banyan/app", NEXT);
      Fleet next = now.with("BANYAN_APP_TAG", NEXT);
      List<String> nodes = now.apps();
      add(next);
      for (Fleet fleet : List.of(next, now)) {
        for (String node : nodes) {
          Breakage.hold(WARM);
          fleet.replace(node, PATIENCE);
        }
      }
      Breakage.hold(WARM);
      remove(next);
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder())
          .ifPresent(fleet -> {
            remove(fleet);
            fleet.apps().forEach(node -> fleet.replace(node, PATIENCE));
          });
    }
  },
  NODE_ADDED {
    @Override
    public void strike(Site site) {
      add(fleet(site));
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder()).ifPresent(Nodes::remove);
    }
  },
  LOSE_PRIMARY {
    @Override
    public void strike(Site site) {
      Fleet fleet = fleet(site);
      fleet.lose(fleet.node("database"));
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder()).ifPresent(Fleet::reviveAll);
    }
  },
  KILL_REPLICA {
    @Override
    public void strike(Site site) {
      Fleet fleet = fleet(site);
      fleet.kill(fleet.replicas().getFirst());
    }

    @Override
    public void undo(Site site) {
      Fleet.of(site.folder()).ifPresent(Fleet::reviveAll);
    }
  },
  LAGGING_REPLICA {
    @Override
    public void strike(Site site) {
      Fleet fleet = fleet(site);
      fleet.sql(fleet.replicas().getFirst(), "SELECT pg_wal_replay_pause()");
    }

    /** Whoever it was: one that takes writes, or stands still no more, says no and goes on. */
    @Override
    public void undo(Site site) {
      Fleet.of(site.folder())
          .ifPresent(fleet ->
              fleet
                  .replicas()
                  .forEach(replica -> fleet.sql(replica, "SELECT pg_wal_replay_resume()")));
    }
  };

  /** A node starts in ten seconds; on a machine that does everything at once it takes longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /**
   * As long as the proxy takes until it gives a new node its whole share, and a little more: the
   * node after it is not taken away before this one can do the work of both.
   */
  private static final Duration WARM = Duration.ofSeconds(20);

  private static final String NEXT = "next";
  private static final String MORE = "app3";

  /** One node more, of the image that the fleet names; one that is there already is replaced. */
  private static void add(Fleet fleet) {
    fleet.must("--profile", "more", "up", "--detach", "--no-deps", "--no-build", MORE);
    fleet.awaitWell(MORE, PATIENCE);
  }

  private static void remove(Fleet fleet) {
    if (fleet.apps().contains(MORE)) {
      fleet.must("--profile", "more", "rm", "--stop", "--force", MORE);
    }
  }

  private static Fleet fleet(Site site) {
    if (site.folder().reachable() instanceof Fleet fleet) {
      return fleet;
    }
    throw Refusal.failed("no fleet runs on " + site.folder().path());
  }
}
