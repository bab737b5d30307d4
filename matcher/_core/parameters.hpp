// The constants of matcher/parameters.py, in the order of PairingParameters there.
#pragma once

#include <cstddef>

namespace matcher {

struct Parameters {
    double neighbours;
    double neighbour_distance_px;
    double neighbour_distance_share;
    double neighbour_bearing_rad;
    double neighbour_direction_rad;
    double seeds;
    double reach_px;
    double direction_lever_px;
    double growth_distance_px;
    double growth_distance_share;
    double growth_direction_rad;
    double stretch_px;
    double stretch_share;
    double stretch_dissenters;
    double merge_distance_share;
    double merge_agreement;
    double refined;
    double refinement_rounds;
    double refinement_distance_px;
    double refinement_direction_rad;
    double overlap_margin_px;
    double outside_weight;
    double unreported_weight;
    double kind_credit;
    double field_doubt_cells;
    double field_doubt_agreement;
    double evidence_constant;
    double evidence_paired;
    double evidence_support;
    double evidence_possible;
    double evidence_looseness;
    double evidence_kinds;
    double evidence_field;
};

}  // namespace matcher
