package banyan.checks.structure.samples.web;

import banyan.checks.structure.samples.business.right.Right;

/** A page that goes past the API. */
class Page {
  Right right = new Right();
}
